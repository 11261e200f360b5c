using System.Collections.Concurrent;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The arguments of "dotnet new" as the engine wants them: by symbol.</summary>
internal sealed record TemplateCall(
    string Template, string Name, string Output, IReadOnlyDictionary<string, string?> Values)
{
    private static readonly ConcurrentDictionary<string, Dictionary<string, Option>> s_options = new();

    public static TemplateCall Parse(string workingDirectory, string[] arguments)
    {
        var template = arguments[0];
        var options = s_options.GetOrAdd(template, ReadOptions);
        string? name = null;
        var output = workingDirectory;
        var values = new Dictionary<string, string?>();
        var rest = new Queue<string>(arguments[1..]);
        while (rest.TryDequeue(out var argument))
        {
            if (argument == "-n")
            {
                name = rest.Dequeue();
            }
            else if (argument == "-o")
            {
                output = Path.Combine(workingDirectory, rest.Dequeue());
            }
            else if (options.TryGetValue(argument, out var option))
            {
                var value = option.IsSwitch && !(rest.TryPeek(out var next) && bool.TryParse(next, out _)) ? "true" : rest.Dequeue();

                // Of an option that takes more than one value, the engine wants all in one.
                values[option.Symbol] = values.TryGetValue(option.Symbol, out var before) ? $"{before}|{value}" : value;
            }
            else if (argument != "--no-update-check")
            {
                Assert.Fail($"{template} has no option {argument}. Options of dotnet itself need dotnet: use Template.RunAsync.");
            }
        }

        return new TemplateCall(template, name ?? ReadDefaultName(template) ?? Path.GetFileName(output), output, values);
    }

    // The command line takes the name of the folder, unless the template prefers one of its own.
    private static string? ReadDefaultName(string template)
    {
        var root = TemplateConfiguration.Read(template).Root;
        return (bool?)root["preferDefaultName"] == true ? (string?)root["defaultName"] : null;
    }

    private static Dictionary<string, Option> ReadOptions(string template)
    {
        var configuration = TemplateConfiguration.Read(template);
        return configuration.Parameters.ToDictionary(
            parameter => configuration.GetOption(parameter.Name),
            parameter => new Option(parameter.Name, (string?)parameter.Symbol["datatype"] == "bool"));
    }

    private sealed record Option(string Symbol, bool IsSwitch);
}
