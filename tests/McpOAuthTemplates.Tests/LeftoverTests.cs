using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>No trace of the template, or of the variants that were not chosen, is in what it generates.</summary>
public sealed partial class LeftoverTests
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What must not be in a file.</summary>
    private static readonly (string Rule, Regex Forbidden, Func<Variant, bool>? OnlyFor)[] s_rules =
    [
        ("A condition of the template", new("""#\s*(if|elif|else|endif)\b|cnd:noEmit"""), null),
        ("A symbol of the template", new("CustomScopes|UseControllers|ForVSCode|ForCursor|ForClaude|NoDevAuth|HasAudience|NamespaceDiffers|ExcludeLaunchSettings|linkFolder|FindServer|NoHosting|GitHubCI|HasPreset|HasScopePrefix|For(?:Scalekit|Entra|Keycloak|Stytch|Cognito|Duende)"), null),
        ("The name of the template", new("McpOAuth|[Mm]cp-[Oo][Aa]uth-[Ss]erver|Mcp_OAuth"), null),
        ("A value of the template", new("5199|use_first_scope|audience-of-the-token|One tool for each scope|place-of-the-|scopes?-of-the-(?:realm|api)|realm-of-the-issuer"), null),
        ("Two blank lines in a row", new(@"\n\n\n"), null),
        ("A blank at the end of a line", new(@"[^\S\n]$", RegexOptions.Multiline), null),
        ("A blank line at the start", new(@"\A\n"), null),
        ("A blank line or no line feed at the end", new(@"\n\n\z|(?<!\n)\z"), null),
        ("A byte order mark", new("\uFEFF"), null),
        ("A control character", new(@"[\p{Cc}-[\n]]"), null),
        ("A trace of the development authorization server",
            new("dev-?auth|dev-?connect|dev-script|dev-secret", RegexOptions.IgnoreCase), variant => !variant.HasDevAuth),
        ("A trace of Native AOT", new(@"\bAot\b|PublishAot(?!=false)|InvariantGlobalization|native binary"), variant => !variant.HasAot),
        ("A trace of telemetry", new("telemetry|OTEL_|OTLP", RegexOptions.IgnoreCase), variant => !variant.HasTelemetry),
        ("A trace of Docker", new("docker", RegexOptions.IgnoreCase), variant => !variant.HasDocker),
        ("A trace of the workflows", new("github|workflow", RegexOptions.IgnoreCase), variant => !variant.HasCI),
        ("A trace of tests", new(@"\.Tests\b|\bdotnet test\b|\bxunit\b|\.slnx\b", RegexOptions.IgnoreCase), variant => !variant.HasTests),
        ("A trace of controllers", new(@"\b[Cc]ontroller|\bREST\b|/api/(?:todos|samples)"), variant => !variant.HasControllers),
        ("A trace of the todo sample", new("todo", RegexOptions.IgnoreCase), variant => !variant.HasTodoSample),
    ];

    /// <summary>The words of each provider. Any other provider must not be in a project.</summary>
    private static readonly (string Provider, Regex Words)[] s_providers =
    [
        .. from words in new[]
           {
               ("scalekit", "scalekit"), ("entra", @"\bentra\b|azure|microsoftonline|AADSTS"), ("auth0", "auth0"), ("keycloak", "keycloak"),
               ("okta", @"\bokta\b"), ("workos", "workos|authkit"), ("descope", "descope"), ("stytch", "stytch"),
               ("cognito", @"cognito|amazon|\baws\b"), ("duende", "duende|identityserver"), ("google", "google"),
           }
           select (words.Item1, new Regex(words.Item2, RegexOptions.IgnoreCase)),
    ];

    /// <summary>How many lines that are neither blank nor a comment there may be in a file or folder of the server.</summary>
    private static readonly (string Path, int Limit)[] s_limits =
        [("Program.cs", 45), ("Authorization/", 450), ("DevAuthorizationServer/", 450), ("DevConnectPage/", 100)];

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task Nothing_of_the_template_is_left(Variant variant) =>
        Assert.Empty(FindLeftovers(await Template.CreateAsync(variant), variant));

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task A_project_speaks_of_its_own_provider_only(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        var spokenOf =
            from file in project.Files
            let text = file + '\n' + ReadGenerated(project, file)
            from provider in s_providers
            where provider.Words.IsMatch(text)
            select provider.Provider;

        Assert.Equal(variant.Provider is "oidc" ? [] : [variant.Provider], spokenOf.Distinct());
    }

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task JSON_is_strict(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        var files = project.Files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(files);
        Assert.All(files, file =>
            JsonDocument.Parse(project.Read(file), new JsonDocumentOptions { AllowDuplicateProperties = false }).Dispose());
    }

    [Theory]
    [MemberData(nameof(Variants.BuiltRows), MemberType = typeof(Variants))]
    public async Task Code_stays_small(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        var code = project.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => (File: file, Lines: project.Read(file).TrimEnd('\n').Split('\n'))).ToArray();

        Assert.Equal(variant.HasDevAuth, CountLines("DevAuthorizationServer/") > 0);
        Assert.Equal(variant.HasDevAuth, CountLines("DevConnectPage/") > 0);
        var tooLong =
            from part in s_limits
            let lines = CountLines(part.Path)
            where lines > part.Limit
            select $"{part.Path}: {lines} lines";
        var tooWide =
            from file in code
            let limit = file.File.StartsWith(project.ServerFolder + "Dev", StringComparison.Ordinal) ? 120 : 130
            from line in file.Lines.Index()
            where line.Item.Length > limit
            select $"{file.File}({line.Index + 1}): {line.Item.Length} columns";
        Assert.Empty(tooLong.Concat(tooWide));

        int CountLines(string path) => code
            .Where(file => file.File.StartsWith(project.ServerFolder + path, StringComparison.Ordinal))
            .Where(file => !Literal.IsMatch(file.File))
            .Sum(file => file.Lines.Count(line =>
                line.Trim() is { Length: > 0 } text and not ("#if DEBUG" or "#endif")
                && !text.StartsWith("//", StringComparison.Ordinal)));
    }

    internal static IEnumerable<string> FindLeftovers(GeneratedProject project, Variant variant) =>
        from file in project.Files
        let text = ReadGenerated(project, file)
        from rule in s_rules
        where rule.OnlyFor?.Invoke(variant) ?? true
        from match in rule.Forbidden.Matches(text)
        select $"{file}({text[..match.Index].Count(c => c == '\n') + 1}): {rule.Rule}: \"{match.Value}\"";

    // The project is called TodoServer, and the compiler needs "#if DEBUG": at one place in the wiring, and around whole files.
    private static string ReadGenerated(GeneratedProject project, string file)
    {
        var text = s_strictUtf8.GetString(File.ReadAllBytes(Path.Combine(project.Directory, file)));
        text = text.Replace(project.Name, "X", StringComparison.OrdinalIgnoreCase);
        return Path.GetRelativePath(project.ContentRoot, Path.Combine(project.Directory, file)).Replace('\\', '/') switch
        {
            "Program.cs" or "OAuthWiring.cs" => DebugOnly.Replace(text, "$1", 1),
            var path when path.StartsWith("Dev", StringComparison.Ordinal) =>
                DebugFile.Match(text) is { Success: true } match ? match.Groups[1].Value : "#if DEBUG is not around the whole file.\n",
            _ => text,
        };
    }

    [GeneratedRegex(@"^#if DEBUG\n((?:(?!#).*\n)+)#endif\n", RegexOptions.Multiline)]
    private static partial Regex DebugOnly { get; }

    [GeneratedRegex(@"\A#if DEBUG\n((?:.*\n)*)#endif\n\z")]
    private static partial Regex DebugFile { get; }

    // Style and script of the pages, as C# strings.
    [GeneratedRegex(@"\.(?:css|js)\.cs$")]
    private static partial Regex Literal { get; }
}
