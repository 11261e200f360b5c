using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Updates;

namespace McpOAuthTemplates.Tests;

/// <summary>No trace of the template, or of the variants that were not chosen, is in what it generates.</summary>
public sealed partial class LeftoverTests
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What must not be in a file.</summary>
    private static readonly (string Rule, Regex Forbidden, Func<Variant, bool>? OnlyFor)[] s_rules =
    [
        ("A condition of the template", new("""#\s*(if|elif|else|endif)\b|cnd:noEmit"""), null),
        ("A symbol of the template", new("CustomScopes|UseControllers|ForVSCode|ForCursor|ForClaude|NoDevAuth|InSolution|HasTelemetry|HasDatabase|HasAudience|NamespaceDiffers|ExcludeLaunchSettings|linkFolder|FindServer|NoHosting|GitHubCI|HasImage|LockPackages|HasPreset|HasScopePrefix|MayHaveDownstream|Takes(?:SecretInBody|Audience|Scope|Resource)|For(?:Scalekit|Entra|Keycloak|Stytch|Cognito|Duende)"), null),
        ("The name of the template", new("McpOAuth(?!Templates)|[Mm]cp-[Oo][Aa]uth-[Ss]erver|Mcp_OAuth"), null),
        ("A value of the template", new("5199|use_first_scope|audience-of-the-token|One tool for each scope|(?:place|host|path)-of-the-|server-in-kubernetes|scopes?-of-the-(?:realm|api)|realm-of-the-issuer"), null),
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
        ("A trace of Aspire", new(@"X\.AppHost|Sqlite|todos\.db|aspire\.dev", RegexOptions.IgnoreCase), variant => !variant.HasAspire),
        ("A trace of Docker", new("docker", RegexOptions.IgnoreCase), variant => !variant.HasDocker),
        ("A trace of Kubernetes", new("kubernetes|kubectl|HTTPRoute", RegexOptions.IgnoreCase), variant => !variant.HasKubernetes),
        ("A trace of the workflows",
            new(@"(?<!io\.|login )github(?!\.com/mcp)|workflow|lock ?file", RegexOptions.IgnoreCase), variant => !variant.HasCI),
        ("A trace of tests", new(@"\.Tests\b|\bdotnet test\b|\bxunit\b|\.slnx\b", RegexOptions.IgnoreCase), variant => !variant.HasTests),
        ("A trace of controllers", new(@"\b[Cc]ontroller|\bREST\b|/api/(?:todos|samples)"), variant => !variant.HasControllers),
        ("A trace of the registration of clients",
            new(@"ClientRegistration\.|ClientRegistrationExtensions|Registration:ClientId|RegistrationOptions"), variant => variant.Provider != "entra"),
        ("A trace of the client for another API",
            new("downstream|OrderTools|OrdersApi|SampleApi|ExchangeGrant|dev-api|dev-server", RegexOptions.IgnoreCase), variant => !variant.HasDownstream),
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
    public async Task Code_fits_on_a_screen(Variant variant)
    {
        var project = await Template.CreateAsync(variant);
        var program = project.Read(project.ServerFolder + "Program.cs").Split('\n');
        var tooWide =
            from file in project.Files
            where file.EndsWith(".cs", StringComparison.Ordinal)
            let limit = file.StartsWith(project.ServerFolder + "Dev", StringComparison.Ordinal) ? 120 : 130
            from line in project.Read(file).TrimEnd('\n').Split('\n').Index()
            where line.Item.Length > limit
            select $"{file}({line.Index + 1}): {line.Item.Length} columns";

        Assert.InRange(program.Count(line => line.Trim().Length > 0), 1, 35);
        Assert.Empty(tooWide);
        Assert.Equal(variant.HasDevAuth, project.Files.Any(file => file.Contains("DevAuthorizationServer/", StringComparison.Ordinal)));
        Assert.Equal(variant.HasDevAuth, project.Files.Any(file => file.Contains("DevConnectPage/", StringComparison.Ordinal)));
    }

    /// <summary>So that each goes with its folder and that line.</summary>
    [Theory]
    [InlineData("DevConnectPage", "DevAuthorizationServer/DevAuthorizationServerExtensions.cs")]
    [InlineData("DevAuthorizationServer", "Authorization/McpEndpointMapping.cs")]
    public async Task One_line_leads_to_what_is_for_development(string folder, string expected)
    {
        var project = await Template.CreateAsync(Variants.Default);
        var lines =
            from file in project.Files
            where file.EndsWith(".cs", StringComparison.Ordinal) && !file.StartsWith(folder, StringComparison.Ordinal)
            where folder != "DevAuthorizationServer" || !file.StartsWith("DevConnectPage", StringComparison.Ordinal)
            from line in project.Read(file).Split('\n')
            where line.Contains(folder, StringComparison.Ordinal)
            select file;

        Assert.Equal([expected], lines);
    }

    internal static IEnumerable<string> FindLeftovers(GeneratedProject project, Variant variant) =>
        from file in project.Files
        let text = ReadGenerated(project, file)
        from rule in s_rules
        where rule.OnlyFor?.Invoke(variant) ?? true
        where rule.OnlyFor is null || file != ProjectRecord.Path // It names all options.
        from match in rule.Forbidden.Matches(text)
        select $"{file}({text[..match.Index].Count(c => c == '\n') + 1}): {rule.Rule}: \"{match.Value}\"";

    // The project is called TodoServer, and the compiler needs "#if DEBUG": around one line, and around whole files.
    private static string ReadGenerated(GeneratedProject project, string file)
    {
        var text = s_strictUtf8.GetString(File.ReadAllBytes(Path.Combine(project.Directory, file)));
        text = text.Replace(project.Name, "X", StringComparison.OrdinalIgnoreCase);
        return Path.GetRelativePath(project.ContentRoot, Path.Combine(project.Directory, file)).Replace('\\', '/') switch
        {
            "Authorization/McpEndpointMapping.cs" => DebugOnly.Replace(text, "$1", 1),
            var path when path.StartsWith("Dev", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal) =>
                DebugFile.Match(text) is { Success: true } match ? match.Groups[1].Value : "#if DEBUG is not around the whole file.\n",
            _ => text,
        };
    }

    [GeneratedRegex(@"^#if DEBUG\n((?:(?!#).*\n)+)#endif\n", RegexOptions.Multiline)]
    private static partial Regex DebugOnly { get; }

    [GeneratedRegex(@"\A#if DEBUG\n((?:.*\n)*)#endif\n\z")]
    private static partial Regex DebugFile { get; }
}
