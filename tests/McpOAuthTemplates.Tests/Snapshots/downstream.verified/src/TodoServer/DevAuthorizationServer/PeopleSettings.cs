#if DEBUG
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// Reads DevAuth:Users: a list of users with a Name and, optionally, Roles and Claims. The user
/// "dev-script" is for the client of scripts.
/// </summary>
internal static partial class PeopleSettings
{
    private static readonly HashSet<string> s_members =
        new(StringComparer.OrdinalIgnoreCase) { "Name", "Roles", "Claims" };

    /// <summary>Throws with one message for all settings that cannot work.</summary>
    public static IReadOnlyList<Person> Read(IConfigurationSection users)
    {
        List<Person> people = [];
        List<string> problems = [];
        if (!string.IsNullOrEmpty(users.Value))
        {
            problems.Add($"{users.Path} must be a list: in the environment DevAuth__Users__0__Name, and so on.");
        }

        foreach (var user in users.GetChildren())
        {
            problems.AddRange(FindProblems(user));
            var person = ReadPerson(user);
            if (person.FindProblem() is { } problem)
            {
                problems.Add($"{user.Path} cannot be used: {problem}.");
            }

            if (people.Any(other => other.Name == person.Name))
            {
                problems.Add($"{user.Path}:Name must not be that of another user, '{person.Name}'.");
            }

            people.Add(person);
        }

        if (problems.Count > 0)
        {
            throw new OptionsValidationException("DevAuth", typeof(People), problems);
        }

        return people;
    }

    private static IEnumerable<string> FindProblems(IConfigurationSection user)
    {
        foreach (var member in user.GetChildren())
        {
            if (!s_members.Contains(member.Key))
            {
                yield return $"{member.Path} is not known: a user has a Name, Roles and Claims.";
            }
        }

        if (!string.IsNullOrEmpty(user["Roles"]))
        {
            yield return $"{user.Path}:Roles must be a list, such as [ \"admin\" ].";
        }

        if (!string.IsNullOrEmpty(user["Claims"]))
        {
            yield return $"{user.Path}:Claims must be an object, such as {{ \"department\": \"sales\" }}.";
        }
    }

    private static Person ReadPerson(IConfigurationSection user)
    {
        var roles = user.GetSection("Roles").GetChildren()
            .Select(role => KeyValuePair.Create(Person.RolesClaim, role.Value ?? ""));

        // A colon in the name of a claim, as in URLs, is also one in the path of the setting.
        var claims = user.GetSection("Claims").AsEnumerable(makePathsRelative: true)
            .Where(setting => !string.IsNullOrEmpty(setting.Value))
            .OrderBy(setting => setting.Key, StringComparer.Ordinal)
            .Select(setting => KeyValuePair.Create(Index.Replace(setting.Key, ""), setting.Value!));
        return Person.Create(user["Name"]?.Trim() ?? "", [.. roles, .. claims]);
    }

    /// <summary>The index in a list, which is the end of the path of a setting.</summary>
    [GeneratedRegex(@":\d+\z")]
    private static partial Regex Index { get; }
}
#endif
