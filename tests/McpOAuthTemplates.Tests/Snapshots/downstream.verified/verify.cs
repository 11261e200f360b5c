#:property TargetFramework=net10.0
#:property PublishAot=false
#:property ImplicitUsings=enable
#:property Nullable=enable
#:property LangVersion=latest
#:property TreatWarningsAsErrors=false
#:property RunAnalyzers=false
#:property GenerateDocumentationFile=false
#:property ImportDirectoryBuildTargets=false

// Connects to a protected server as an MCP client would, and explains each step:
//
//     dotnet verify.cs https://mcp.example.com/mcp
//
// It is a program of its own, needs no package, and serves for any MCP server, whatever that is
// written in.

using System.Buffers.Text;
using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Options = System.Collections.Generic.Dictionary<string, string>;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var options = CommandLine.Parse(args);
if (options is null)
{
    return CommandLine.Refuse("The arguments are not right.");
}

if (options.ContainsKey("--help"))
{
    Console.Write(CommandLine.Usage);
    return 0;
}

var report = new Report(isJson: options.ContainsKey("--json"));
if (Target.Find(options, report) is not { } target)
{
    return CommandLine.Refuse("There is no URL to verify.");
}

using var wire = new Wire(target.Uri);
report.Step($"Verifying {target.Url} ({target.Source})");
var resource = new ResourceChecks(target, wire, report);
if (!await resource.CheckRefusalAsync())
{
    return report.End(target);
}

await resource.CheckMetadataAsync();
var issuer = new IssuerChecks(options, wire, report);
if (resource.Issuer is not null)
{
    await issuer.CheckAsync(resource.Issuer);
}

RegistrationChecks? registration = null;
if (RegistrationChecks.IsNeeded(issuer.Metadata, target.Uri))
{
    registration = new(issuer.Metadata!, resource.Issuer!, options, wire, report);
    resource.Add(await registration.CheckAsync());
}

var token = options.GetValueOrDefault("--token");
var signsIn = options.ContainsKey("--login") && token is null;
if (signsIn && issuer.Metadata is not null)
{
    report.Step("A client signs in by the browser (RFC 8252, RFC 8707, RFC 9207)");
    var signIn = new SignIn(options, target, wire, report);
    token = await signIn.RunAsync(issuer.Metadata, resource.Issuer!, resource.FirstScopes);
    if (token is not null && registration is not null)
    {
        await registration.CheckForeignResourceAsync(resource.FirstScopes);
    }
}

if (token is not null)
{
    var checks = new TokenChecks(target, resource, issuer.Keys, wire, report);
    await checks.CheckAsync(token);
    if (options.GetValueOrDefault("--call") is { } tool)
    {
        await checks.CheckCallAsync(tool, token);
    }
}

return report.End(target);

internal static class CommandLine
{
    public const string Usage = """
        Usage: dotnet verify.cs [URL] [options]        This text: dotnet verify.cs -- --help

        Connects to the server at URL as an MCP client would, explains each step, and suggests a fix for what is wrong.
        Without URL: OAuth:Resource in appsettings.json; OAUTH__RESOURCE, RESOURCE_ID, SERVER_URL or PUBLIC_URL in the
        environment or in .env; OAuth:Resource in appsettings.Development.json; or it asks.

          --token TOKEN    also check this access token, and call tools/list with it; - reads it from standard input
          --login          sign in by the browser as a client does, and check the token that comes of it
          --client-id ID   for --login: a client that exists, or the URL of a client metadata document
          --port PORT      for --login: the port of the redirect URI http://127.0.0.1:PORT/callback, instead of any
          --no-browser     for --login: print the URL, and open nothing
          --call TOOL      for --login or --token: call this tool, without arguments, and print what it answers
          --json           print one JSON object; with --no-launch-profile, dotnet prints nothing before it

        Exit code: the number of failed checks, at most 63; 64 if the arguments are not right or there is no URL.

        """;

    private static readonly string[] s_withValue = ["--token", "--client-id", "--port", "--call"];

    private static readonly string[] s_withoutValue = ["--login", "--no-browser", "--json", "--help"];

    /// <summary>Returns the exit code.</summary>
    public static int Refuse(string reason)
    {
        Console.Error.Write($"{reason}\n\n{Usage}");
        return 64;
    }

    /// <summary>
    /// The value of each option, and the URL as "URL". Null if an argument is unknown, doubled or
    /// wrong.
    /// </summary>
    public static Options? Parse(string[] args)
    {
        Options options = [];
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var name))
        {
            var value = "yes";
            if (s_withValue.Contains(name))
            {
                value = ReadValue(name, rest);
            }
            else if (!s_withoutValue.Contains(name))
            {
                value = name;
                name = "URL";
            }

            if (!IsValid(name, value) || !options.TryAdd(name, value))
            {
                return null;
            }
        }

        var hasToken = options.ContainsKey("--token") || options.ContainsKey("--login");
        return hasToken || !options.ContainsKey("--call") ? options : null;
    }

    private static string ReadValue(string name, Queue<string> rest)
    {
        var value = rest.TryDequeue(out var next) ? next : "";
        if (name == "--token" && value == "-")
        {
            return Console.In.ReadLine()?.Trim() ?? "";
        }

        return value;
    }

    private static bool IsValid(string name, string value)
    {
        if (value is "" || !value.All(c => c is > ' ' and < '\x7f'))
        {
            return false;
        }

        return name switch
        {
            "URL" => Target.Parse(value) is not null,
            "--port" => ushort.TryParse(value, out _),
            _ => true,
        };
    }
}

/// <summary>The URL to verify, exactly, and where it was found.</summary>
internal sealed record Target(string Url, string Source)
{
    private static readonly string[] s_variables =
        ["OAUTH__RESOURCE", "RESOURCE_ID", "SERVER_URL", "PUBLIC_URL"];

    public Uri Uri { get; } = new(Url);

    public static Uri? Parse(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return null;
        }

        var isPlain = text.All(c => c is > ' ' and < '\x7f');
        if (!isPlain || url is not { Scheme: "https" or "http", UserInfo: "", Fragment: "" })
        {
            return null;
        }

        return url;
    }

    public static Target? Find(Options options, Report report)
    {
        if (options.TryGetValue("URL", out var given))
        {
            return new Target(given, "the argument");
        }

        foreach (var (source, value) in FindCandidates(options))
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (FindProblem(value) is not { } problem)
            {
                return new Target(value, source);
            }

            report.Note($"Passed over: {source} is {problem}, {value}");
        }

        return null;
    }

    private static string? FindProblem(string value)
    {
        var url = Parse(value);
        if ($".{url?.Host}".EndsWith(".example.com", StringComparison.Ordinal))
        {
            return "a placeholder";
        }

        return url is null ? "no URL" : null;
    }

    private static IEnumerable<(string Source, string? Value)> FindCandidates(Options options)
    {
        var folders = FindFolders();
        yield return (
            "OAuth:Resource in appsettings.json",
            FindSetting(folders, "appsettings.json"));
        var ofFiles = ReadAll(folders, ".env").SelectMany(text => text.Split('\n'));
        string[] lines = [.. ofFiles, .. ListVariables()];
        foreach (var name in s_variables)
        {
            yield return ($"{name} in the environment or .env", FindVariable(lines, name));
        }

        yield return (
            "OAuth:Resource in appsettings.Development.json",
            FindSetting(folders, "appsettings.Development.json"));
        if (!options.ContainsKey("--json") && !Console.IsInputRedirected)
        {
            Console.Error.Write("URL of the MCP server: ");
            yield return ("the answer", Console.ReadLine()?.Trim());
        }
    }

    /// <summary>
    /// The settings are beside this file or, in a solution, in a project below src.
    /// </summary>
    private static string[] FindFolders()
    {
        var place = AppContext.GetData("EntryPointFileDirectoryPath") as string;
        var root = place ?? Environment.CurrentDirectory;
        var projects = Path.Combine(root, "src");
        if (!Directory.Exists(projects))
        {
            return [root];
        }

        return [root, .. Directory.GetDirectories(projects)];
    }

    private static IEnumerable<string> ReadAll(string[] folders, string file) =>
        folders.Select(folder => Path.Combine(folder, file))
            .Where(File.Exists)
            .Select(File.ReadAllText);

    private static string? FindSetting(string[] folders, string file)
    {
        foreach (var text in ReadAll(folders, file))
        {
            var settings = Json.Parse(text, isSettings: true)?["OAuth"] as JsonObject;
            if (settings.Text("Resource") is { } url)
            {
                return url;
            }
        }

        return null;
    }

    // As they would stand in .env.
    private static IEnumerable<string> ListVariables() =>
        Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => $"{variable.Key}={variable.Value}");

    private static string? FindVariable(string[] lines, string name)
    {
        var start = new Regex($"^\\s*(export )?{name}\\s*=", RegexOptions.IgnoreCase);
        var value = lines.LastOrDefault(line => start.IsMatch(line))?.Split('=', 2)[1];
        return value?.Split(" #")[0].Trim(' ', '\r', '"', '\'');
    }
}

/// <summary>What the server says without a token, and the metadata that this leads to.</summary>
internal sealed class ResourceChecks(Target target, Wire wire, Report report)
{
    private Challenge? _challenge;

    // Whether the server itself says where the metadata is.
    private bool _isNamed;

    private Uri[] _places =
    [
        Wire.Insert(target.Uri, "oauth-protected-resource"),
        new(target.Uri, "/.well-known/oauth-protected-resource"),
    ];

    /// <summary>The authorization servers that the metadata names.</summary>
    public string[] Issuers { get; private set; } = [];

    /// <summary>The first of them that clients may ask.</summary>
    public string? Issuer { get; private set; }

    public string[] Scopes { get; private set; } = [];

    /// <summary>What a client asks for when it signs in.</summary>
    public string FirstScopes => _challenge?["scope"] ?? string.Join(' ', Scopes);

    /// <summary>Adds one whose tokens the server accepts, too.</summary>
    public void Add(string? issuer)
    {
        if (issuer is not null)
        {
            Issuers = [.. Issuers, issuer];
        }
    }

    /// <summary>Returns false if there is nothing that a client could go on with.</summary>
    public async Task<bool> CheckRefusalAsync()
    {
        report.Step("Without a token, the server says where to get one (RFC 6750, RFC 9728)");
        report.Check(
            "secure-url",
            wire.MaySendToken,
            "The URL is https, or on this machine.",
            "The URL is neither https nor on this machine.",
            "Serve it over https: a token that goes over http can be read on the way.");
        var answer = await wire.CallAsync("initialize", token: null);
        var problem = await new RefusalProblems(target, wire, _places).FindAsync(answer);
        report.Check("refusal", problem, "Without a token, the answer is 401.");
        if (problem is not null)
        {
            return false;
        }

        CheckChallenge(answer);
        return true;
    }

    public async Task CheckMetadataAsync()
    {
        report.Step("The metadata names the authorization server (RFC 9728)");
        var answers = await wire.GetAsync(_places);
        var documents = report.CheckFound("metadata", answers, FindMetadataProblem);
        if (documents is not [var metadata, ..])
        {
            return;
        }

        Issuers = metadata.Texts("authorization_servers");
        Issuer = Issuers.FirstOrDefault(text => wire.MayAsk(Target.Parse(text)));
        Scopes = metadata.Texts("scopes_supported");
        report.Check(
            "resource",
            FindResourceProblem(metadata.Text("resource")),
            "Its resource is the URL, exactly.");
        report.Check(
            "authorization-servers",
            Issuer is not null,
            $"The authorization server is {string.Join(", or ", Issuers)}",
            $"There is no https URL in {string.Join(", ", Issuers)}",
            "Write its issuer into authorization_servers.");
        report.Check(
            "scopes",
            Scopes is not [],
            $"The scopes are {string.Join(' ', Scopes)}",
            "scopes_supported is missing: clients do not know what to ask for.",
            "List the scopes that an ordinary client needs.",
            isAdvice: true);
    }

    private void CheckChallenge(Answer answer)
    {
        var bearers = Challenge.Parse(answer.Headers["WWW-Authenticate"]);
        var renamed = answer.Headers.FirstOrDefault(
            header => Regex.IsMatch(header.Key, "(?i).-www-authenticate$"));
        report.Check(
            "challenge",
            FindChallengeProblem(answer, bearers, renamed?.Key),
            "There is one Bearer challenge, with resource_metadata.");

        _challenge = bearers.FirstOrDefault();
        if (_challenge is null && renamed is not null)
        {
            _challenge = Challenge.Parse(renamed).FirstOrDefault();
        }

        if (_challenge?["resource_metadata"] is { } named)
        {
            CheckMetadataUrl(named);
        }
    }

    private Problem? FindChallengeProblem(Answer answer, List<Challenge> bearers, string? renamed)
    {
        if (bearers.Count > 1)
        {
            return new(
                $"There are {bearers.Count} Bearer challenges, and clients do not agree which one counts.",
                "Send one. Often the server sends one and a gateway the other, or two "
                + "authentication handlers do.");
        }

        if (bearers is [var bearer] && bearer["resource_metadata"] is not null)
        {
            return null;
        }

        if (bearers is [] && answer.IsPage)
        {
            return new(
                $"A proxy asks for a sign-in of its own. {answer} {answer.Header("WWW-Authenticate")}",
                Cures.LetPass);
        }

        if (bearers is [] && renamed is not null)
        {
            return new(
                $"A gateway has renamed the header to {renamed}, where no client looks.",
                "Have the gateway map it back to WWW-Authenticate, or take one that leaves it alone.");
        }

        if (answer.Header("WWW-Authenticate") is null && answer.Mentions("WWW-Authenticate"))
        {
            return new(
                "A proxy has removed the header WWW-Authenticate, of which the body speaks.",
                "Have the proxy pass it on (nginx: no proxy_hide_header for it).");
        }

        return new(
            DescribeChallenge(answer, bearers),
            $"Send WWW-Authenticate: Bearer resource_metadata=\"{_places[0]}\"; if the server does, "
            + "see what a proxy removes.");
    }

    private static string DescribeChallenge(Answer answer, List<Challenge> bearers)
    {
        if (!answer.Headers.Contains("WWW-Authenticate"))
        {
            return "It is a plain 401, without a WWW-Authenticate header.";
        }

        if (bearers is [])
        {
            return "The header has no Bearer challenge.";
        }

        return "The Bearer challenge has no resource_metadata.";
    }

    private void CheckMetadataUrl(string named)
    {
        var problem = FindMetadataUrlProblem(named);
        report.Check("metadata-url", problem, $"resource_metadata is {named}");
        if (problem is null)
        {
            _places = [new Uri(named)];
            _isNamed = true;
        }
    }

    private Problem? FindMetadataUrlProblem(string named)
    {
        const string Cure =
            "The server does not know its public URL, or that TLS ends at a proxy before it. Set it "
            + "in its settings (here OAuth:Resource) instead of taking it from the request.";
        var url = Target.Parse(named);
        if (url?.Scheme == "http" && target.Uri.Scheme == "https")
        {
            return new($"It is http, though the server is https: {named}", Cure);
        }

        if (!wire.MayAsk(url))
        {
            return new($"It is no URL that clients may ask: {named}", Cure);
        }

        return null;
    }

    private Problem FindMetadataProblem(Answer[] answers)
    {
        var all = $"There is none. {string.Join("; ", answers.AsEnumerable())}";
        var first = answers[0];
        if (first.Status is >= 200 and < 300 && first.IsPage)
        {
            return new($"Another app answers there, with a web page. {first}", Cures.AddWellKnown);
        }

        if (first.Status is 401 or 403 or (>= 300 and < 400))
        {
            return new($"It is not public. {first} {first.Header("Location")}", Cures.LetPass);
        }

        var expected = Wire.Insert(target.Uri, "oauth-protected-resource");
        if (first.Status == 404 && _isNamed && first.Url != expected)
        {
            return new(
                $"{all}. For the URL of the server, it would be {expected}",
                "Set the URL, with each prefix of its path, in the server's settings (here OAuth:Resource).");
        }

        if (first.Status == 404 && (_isNamed || first.IsPage))
        {
            return new(
                $"A proxy passes requests for it on to nobody, or to another app. {all}",
                Cures.AddWellKnown);
        }

        return new(all, "Serve it there as JSON, without a token and without a redirect.");
    }

    private Problem? FindResourceProblem(string? named) => Problem.Compare(
        "resource",
        target.Url,
        named,
        "Set the URL in the server's settings (here OAuth:Resource), or give clients the other one: "
        + "they refuse what differs.");
}

/// <summary>
/// Why an answer to a request without a token is not 401. Most often, it is what a proxy in front
/// of the server does.
/// </summary>
internal sealed class RefusalProblems(Target target, Wire wire, Uri[] metadata)
{
    public async Task<Problem?> FindAsync(Answer answer) => answer.Status switch
    {
        401 => null,
        0 => FindSilence(answer),
        >= 200 and < 300 => FindSuccess(answer),
        >= 300 and < 400 => FindRedirect(answer.Header("Location") ?? ""),
        400 when answer.Mentions("Invalid Hostname") || answer.Mentions("answer for this host") =>
            await FindHostAsync(answer),
        404 or 405 => await FindPathAsync(answer),
        502 or 503 or 504 => FindGateway(answer),
        _ => FindOther(answer),
    };

    private static Problem FindSilence(Answer answer)
    {
        if (answer.Failure == Wire.TooLong)
        {
            return new(
                $"Nothing answers in time. {answer}",
                "Open the port in the firewall; if a proxy is there, see whether it reaches the server.");
        }

        return new(
            $"Nothing answers. {answer}",
            "Start the server; check the host and the port of the URL.");
    }

    private static Problem FindSuccess(Answer answer)
    {
        if (answer.IsPage)
        {
            return new(
                $"A web page answers, not an MCP server. {answer}",
                "Check the path; see where the proxy sends requests for it.");
        }

        return new(
            "The server answers without a token: it is open to all.",
            "Require a token on the MCP endpoint.");
    }

    private Problem FindRedirect(string location)
    {
        var text = $"It redirects to {location}";
        var isUrl = Uri.TryCreate(target.Uri, location, out var other);
        if (isUrl && FindOwnRedirect(other!, text) is { } problem)
        {
            return problem;
        }

        if (Regex.IsMatch(location, "(?i)login|sign-?in|auth|sso"))
        {
            return new($"{text}. That looks like the sign-in page of a proxy.", Cures.LetPass);
        }

        return new(text, "Give clients that URL instead.");
    }

    /// <summary>The problem of a redirect to the same path of the same host.</summary>
    private Problem? FindOwnRedirect(Uri other, string text)
    {
        var path = target.Uri.AbsolutePath.TrimEnd('/');
        if (other.Host != target.Uri.Host || other.AbsolutePath.TrimEnd('/') != path)
        {
            return null;
        }

        if (other == target.Uri)
        {
            return new(
                $"{text}, the same URL: it does not know that TLS ends at a proxy before it.",
                "Remove the redirect to https from the server: the proxy does that.");
        }

        if (other.AbsolutePath != target.Uri.AbsolutePath)
        {
            return new(
                $"{text}, which differs in the slash at the end. Clients do not follow with a token.",
                "Have the proxy pass the path on as clients send it (nginx: a location without a slash "
                + "at its end).");
        }

        return new(
            $"{text}. Clients do not follow from http to https with a token.",
            "Give clients the https URL, and set it in the server's settings (here OAuth:Resource).");
    }

    private async Task<Problem> FindHostAsync(Answer answer)
    {
        var text = $"The server does not answer for the host that it gets. {answer}";
        if (await FindResourceAsync() is { } resource && resource != target.Url)
        {
            return new($"{text}. It is {resource}", Cures.TakeResource);
        }

        return new(
            $"{text}. A proxy does not pass the host on.",
            "Have the proxy pass the host on (nginx: proxy_set_header Host $host); or name the one that "
            + "it sends in the server's settings (here Mcp:AllowedHosts).");
    }

    private async Task<Problem> FindPathAsync(Answer answer)
    {
        var text = $"There is no MCP endpoint. {answer}";
        if (await FindPrefixAsync() is { } prefix)
        {
            return prefix;
        }

        var resource = await FindResourceAsync();
        if (resource == target.Url)
        {
            return new(
                $"{text}. The server says that it is there: the path changes on the way to it.",
                Cures.KeepPath);
        }

        if (resource is not null)
        {
            return new($"{text}. It is {resource}", Cures.TakeResource);
        }

        if (answer.IsPage)
        {
            return new(
                $"{text}. The answer is a page of a proxy, or of another app.",
                "Have the proxy pass requests for this path on to the server (nginx: a location); check "
                + "the path.");
        }

        return new(
            text,
            "Check the path: that of many servers is /mcp. If there is a proxy, have it pass the path "
            + "on as it is.");
    }

    private static Problem FindGateway(Answer answer)
    {
        if (answer.Status == 504)
        {
            return new(
                $"A proxy waits for the server in vain. {answer}",
                "See what the server is doing, and whether the proxy has its right address; then let the proxy "
                + "wait for longer (nginx: proxy_read_timeout).");
        }

        return new(
            $"A proxy answers, and no server behind it. {answer}",
            "Start the server; check the address to which the proxy passes requests on, and /readyz there.");
    }

    private static Problem FindOther(Answer answer)
    {
        if (answer.IsPage)
        {
            return new(
                $"A proxy or a firewall answers with a page of its own. {answer}",
                "Let POST requests with JSON for this path pass: the server refuses what has no token.");
        }

        return new(
            $"It is not 401. {answer} {answer.Json.Text("error_description")}",
            "Answer 401 to what has no token, before anything else is looked at.");
    }

    /// <summary>What the metadata says the URL of the server is.</summary>
    private async Task<string?> FindResourceAsync()
    {
        var answers = await wire.GetAsync(metadata);
        return answers.Select(answer => answer.Document.Text("resource")).FirstOrDefault(text => text is not null);
    }

    /// <summary>
    /// Whether the endpoint is there when a part of the path is sent twice, or not at all: then a
    /// proxy removes that part, or adds it.
    /// </summary>
    private async Task<Problem?> FindPrefixAsync()
    {
        var path = target.Uri.AbsolutePath;
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var length = 1; length <= Math.Min(segments.Length, 4); length++)
        {
            var prefix = "/" + string.Join('/', segments[..length]);
            if (await IsThereAsync(prefix + path))
            {
                return new($"A proxy removes {prefix} from the path before it passes a request on.", Cures.KeepPath);
            }

            if (await IsThereAsync("/" + string.Join('/', segments[length..])))
            {
                return new($"A proxy adds {prefix} to the path, which then is there twice.", Cures.KeepPath);
            }
        }

        return null;
    }

    private async Task<bool> IsThereAsync(string path)
    {
        var answer = await wire.AskAsync(new UriBuilder(target.Uri) { Path = path }.Uri);
        return answer.Status == 401 && Challenge.Parse(answer.Headers["WWW-Authenticate"]) is not [];
    }
}

/// <summary>What helps in several cases.</summary>
internal static class Cures
{
    public const string LetPass =
        "Let the MCP endpoint and /.well-known/oauth-protected-resource pass without a sign-in at the "
        + "proxy: the server checks the tokens itself.";

    public const string AddWellKnown =
        "Have the proxy pass /.well-known/oauth-protected-resource, at the root of the host, on to the server "
        + "(nginx: a location of its own).";

    public const string KeepPath =
        "Have the proxy pass the path on as it is (nginx: proxy_pass without a path), or tell the server "
        + "which path arrives (here Mcp:InternalPath).";

    public const string TakeResource =
        "Give clients that URL; or, if it is the wrong one, correct it in the server's settings (here "
        + "OAuth:Resource).";
}

/// <summary>The metadata of the authorization server, and its keys.</summary>
internal sealed class IssuerChecks(Options options, Wire wire, Report report)
{
    public JsonObject? Metadata { get; private set; }

    /// <summary>The keys for signatures.</summary>
    public JsonObject[] Keys { get; private set; } = [];

    public async Task CheckAsync(string issuer)
    {
        report.Step(
            "The authorization server has what clients need (RFC 8414, RFC 7636, RFC 7591)");
        var answers = await wire.GetAsync(FindPlaces(new Uri(issuer)));
        var documents = report.CheckFound("server-metadata", answers, FindMetadataProblem);
        if (documents is not [var metadata, ..])
        {
            return;
        }

        Metadata = metadata;
        report.Check(
            "issuer",
            FindIssuerProblem(issuer, documents),
            "Its issuer is what the resource names, exactly.");
        CheckEndpoints(metadata);
        CheckFeatures(metadata);
        await CheckKeysAsync(metadata);
    }

    private static Problem FindMetadataProblem(Answer[] answers) => new(
        $"There is none. {string.Join("; ", answers.AsEnumerable())}",
        "Check the issuer; have it publish RFC 8414 or OpenID Connect metadata.");

    private static Uri[] FindPlaces(Uri issuer)
    {
        var path = issuer.AbsolutePath.TrimEnd('/') + "/.well-known/openid-configuration";
        return
        [
            Wire.Insert(issuer, "oauth-authorization-server"),
            Wire.Insert(issuer, "openid-configuration"),
            new UriBuilder(issuer) { Path = path }.Uri,
        ];
    }

    private static Problem? FindIssuerProblem(string issuer, List<JsonObject> documents)
    {
        var names = documents.Select(document => document.Text("issuer"));
        return Problem.Compare(
            "issuer",
            issuer,
            names.FirstOrDefault(name => name != issuer, issuer),
            "Write it into authorization_servers as it stands there (here OAuth:Issuer): clients "
            + "refuse what differs.");
    }

    private void CheckEndpoints(JsonObject metadata)
    {
        string[] endpoints = ["authorization_endpoint", "token_endpoint"];
        var missing = endpoints.Where(name => !wire.MayAsk(Target.Parse(metadata.Text(name))));
        report.Check(
            "endpoints",
            !missing.Any(),
            "It has endpoints for authorization and for tokens.",
            $"There is no https URL in {string.Join(" and ", missing)}",
            "Name them in its metadata.");
    }

    private void CheckFeatures(JsonObject metadata)
    {
        report.Check(
            "pkce",
            metadata.Texts("code_challenge_methods_supported").Contains("S256"),
            "It supports PKCE with S256.",
            "code_challenge_methods_supported has no S256: clients must refuse that.",
            "Switch PKCE on there. If it is on and only not published, ask the vendor, or serve "
            + "the metadata through a proxy: AUTHORIZATION-SERVER.md tells what each vendor offers.");
        report.Check(
            "registration",
            CanRegister(metadata),
            "Clients can register.",
            "Clients cannot register: neither registration_endpoint nor "
            + "client_id_metadata_document_supported is there.",
            "Switch one of them on there; or register each client by hand, and verify with "
            + "--client-id: AUTHORIZATION-SERVER.md tells what each vendor offers.");
        if (RegistrationChecks.IsNeeded(metadata, wire.Server))
        {
            return; // RegistrationChecks look at the provider, which would have to announce iss.
        }

        report.Check(
            "iss",
            metadata.IsTrue("authorization_response_iss_parameter_supported"),
            "It announces iss (RFC 9207).",
            "It does not announce iss.",
            "Switch it on there: it keeps clients from mixing servers up.",
            isAdvice: true);
    }

    private bool CanRegister(JsonObject metadata) =>
        options.ContainsKey("--client-id")
        || metadata.Text("registration_endpoint") is not null
        || metadata.IsTrue("client_id_metadata_document_supported");

    private async Task CheckKeysAsync(JsonObject metadata)
    {
        var answers = await wire.GetAsync(Target.Parse(metadata.Text("jwks_uri")));
        var answer = answers.FirstOrDefault();
        var all = answer?.Document?["keys"] as JsonArray ?? [];
        Keys = [.. all.OfType<JsonObject>().Where(key => key.Text("use") is null or "sig")];
        report.Check("keys", FindKeysProblem(answer), $"Its keys are there: {Keys.Length}");
    }

    private Problem? FindKeysProblem(Answer? answer)
    {
        const string Cure = "Publish the public keys, and only those, at jwks_uri.";
        if (Keys.Any(key => key.ContainsKey("d") || key.Text("kty") == "oct"))
        {
            return new("A secret key is there: anyone can make tokens.", Cure);
        }

        if (Keys is [])
        {
            return new($"There are none. {answer}", Cure);
        }

        return null;
    }
}

/// <summary>
/// A server at which clients register with one client id, and which leads them to a provider for
/// all else: whether it says what the provider says, and whom it registers.
/// </summary>
internal sealed class RegistrationChecks(
    JsonObject metadata, string issuer, Options options, Wire wire, Report report)
{
    private const string WellKnown = "/.well-known/openid-configuration";

    private const string OwnUri = "http://127.0.0.1:33333/callback";

    private const string ForeignUri = "https://client.invalid/callback";

    private const string ForeignResource = "https://server.invalid/mcp";

    /// <summary>Whether clients register at the server, and get their tokens elsewhere.</summary>
    public static bool IsNeeded(JsonObject? metadata, Uri server)
    {
        var registration = FindHost(metadata.Text("registration_endpoint"));
        var tokens = FindHost(metadata.Text("token_endpoint"));
        var own = server.GetLeftPart(UriPartial.Authority);
        return registration == own && tokens is not null && tokens != own;
    }

    /// <summary>Returns the issuer of the provider, if it is found.</summary>
    public async Task<string?> CheckAsync()
    {
        report.Step("The server registers clients itself, and a provider signs them in (RFC 7591)");
        var provider = await FindProviderAsync();
        report.Check(
            "provider",
            FindProviderProblem(provider),
            $"Its endpoints are those of {provider.Text("issuer")}",
            isAdvice: provider is null);
        report.Check(
            "provider-iss",
            provider is null || !provider.IsTrue("authorization_response_iss_parameter_supported"),
            "The provider does not send iss (RFC 9207).",
            "The provider sends iss (RFC 9207), which is not the issuer that clients know: many "
            + "refuse to go on.",
            "Register each client at the provider, and name the provider in the metadata.",
            isAdvice: true);
        await CheckRegistrationAsync();
        return provider.Text("issuer");
    }

    /// <summary>
    /// What a malicious server tries that names this registration as its own: it gets a token for
    /// this server, unless the provider refuses a resource that it does not know.
    /// </summary>
    public async Task CheckForeignResourceAsync(string scope)
    {
        report.Note("  The next page must show an error, or come back with one:");
        var foreign = new Target(ForeignResource, "");
        var attempt = new SignIn(options, foreign, wire, new Report(isJson: true))
        {
            Patience = TimeSpan.FromSeconds(30),
        };
        var token = await attempt.RunAsync(metadata, issuer, scope);
        if (token is not null)
        {
            report.Secrets.Add(token);
        }

        report.Check(
            "foreign-resource",
            token is null,
            "The provider gives no token for the scopes of this server when another one is named.",
            "The provider ignores the resource (RFC 8707): with one client id for all clients, a "
            + "malicious server gets tokens for this one.",
            "Do not register clients for this provider: give each a registration of its own.");
    }

    private async Task<JsonObject?> FindProviderAsync()
    {
        var endpoint = metadata.Text("token_endpoint");
        var answers = await wire.GetAsync(FindPlaces(Target.Parse(endpoint)!));
        var documents = answers.Where(IsOfItsIssuer).Select(answer => answer.Document);
        return documents.FirstOrDefault(document => document.Text("token_endpoint") == endpoint);
    }

    private static bool IsOfItsIssuer(Answer answer)
    {
        var named = answer.Document.Text("issuer")?.TrimEnd('/');
        return answer.Url == Target.Parse(named + WellKnown);
    }

    /// <summary>
    /// The issuer has some of the segments of its token endpoint in its path: of
    /// /tenant/oauth2/v2.0/token, /tenant/v2.0.
    /// </summary>
    private static IEnumerable<Uri> FindPlaces(Uri endpoint)
    {
        var segments = endpoint.AbsolutePath.Split('/');
        for (var length = 1; length < Math.Min(segments.Length, 7); length++)
        {
            yield return Create(segments[..length]);
            if (length > 2)
            {
                yield return Create([.. segments[..(length - 2)], segments[length - 1]]);
            }
        }

        Uri Create(string[] path) =>
            new UriBuilder(endpoint) { Path = string.Join('/', path) + WellKnown, Query = "" }.Uri;
    }

    private Problem? FindProviderProblem(JsonObject? provider)
    {
        const string Cure = "Take the endpoints of the metadata from the provider's own document.";
        if (provider is null)
        {
            return new("The document of the provider was not found near its token endpoint.", Cure);
        }

        string[] names = ["authorization_endpoint", "jwks_uri"];
        var problems = names.Select(
            name => Problem.Compare(name, provider.Text(name) ?? "", metadata.Text(name), Cure));
        return problems.FirstOrDefault(problem => problem is not null);
    }

    private async Task CheckRegistrationAsync()
    {
        var own = await RegisterAsync(OwnUri);
        report.Check(
            "register-program",
            own.Document.Text("client_id") is not null,
            $"A program on the user's machine can register: {OwnUri}",
            $"A program on the user's machine cannot register. {own}",
            "Add http://127.0.0.1/callback to the redirect URIs, here and at the provider.",
            isAdvice: true);
        var foreign = await RegisterAsync(ForeignUri);
        report.Check(
            "register-foreign",
            foreign.Document is null && foreign.Json.Text("error") == "invalid_redirect_uri",
            $"A foreign redirect URI is refused: {ForeignUri}",
            $"A foreign redirect URI is not refused: {ForeignUri} {foreign}",
            "Register with listed redirect URIs only: all clients have one id at the provider.");
    }

    private Task<Answer> RegisterAsync(string redirectUri)
    {
        var registration = new JsonObject
        {
            ["client_name"] = "verify.cs",
            ["redirect_uris"] = new JsonArray(redirectUri),
            ["token_endpoint_auth_method"] = "none",
        };
        var endpoint = Target.Parse(metadata.Text("registration_endpoint"));
        var content = Wire.CreateJson(registration.ToJsonString());
        return wire.SendAsync(new(HttpMethod.Post, endpoint) { Content = content });
    }

    private static string? FindHost(string? url) =>
        Target.Parse(url)?.GetLeftPart(UriPartial.Authority);
}

/// <summary>An access token: what it says, and what the server answers to it.</summary>
internal sealed class TokenChecks(
    Target target, ResourceChecks resource, JsonObject[] keys, Wire wire, Report report)
{
    /// <summary>
    /// What can stand for scopes in a token that lists none, and the settings that allow it here.
    /// </summary>
    private static readonly Options s_standIns = new()
    {
        ["permissions"] = "OAuth:PermissionsAsScopes",
        ["roles"] = "OAuth:AppRolesAsScopes",
    };

    private bool _isAccepted;

    public async Task CheckAsync(string token)
    {
        report.Step("The access token, read here and sent to the server (RFC 9068)");
        var forged = Forge(token);
        report.Secrets.AddRange([token, forged]);

        var answer = await wire.ListToolsAsync(token);
        var result = answer.Document?["result"] as JsonObject;
        var tools = result?["tools"] as JsonArray;
        _isAccepted = tools is not null;
        CheckText(token);
        var names = tools?.Select(tool => (tool as JsonObject).Text("name")) ?? [];
        report.Check(
            "tools-list",
            FindCallProblem(answer),
            $"tools/list works: {string.Join(", ", names)}");

        answer = await wire.ListToolsAsync(forged);
        report.Check(
            "wrong-token",
            answer.Status == 401,
            "A token with a wrong signature is refused with 401.",
            $"A token with a wrong signature is not refused with 401. {answer}",
            "Check the signature of every token; if it is wrong, answer 401.");
    }

    /// <summary>Calls a tool without arguments, if the server accepts the token.</summary>
    public async Task CheckCallAsync(string tool, string token)
    {
        if (!_isAccepted)
        {
            return; // Why not, is reported already.
        }

        var answer = await wire.CallToolAsync(tool, token);
        var result = answer.Document?["result"] as JsonObject;
        var content = result?["content"] as JsonArray ?? [];
        var texts = content.Select(part => (part as JsonObject).Text("text")).OfType<string>();
        var text = string.Join(' ', texts).ReplaceLineEndings(" ");
        report.Check("tools-call", FindToolProblem(tool, answer, text), $"{tool} answers: {text}");
    }

    private static Problem? FindToolProblem(string tool, Answer answer, string text)
    {
        if (answer.Status == 403)
        {
            var challenge = Challenge.Parse(answer.Headers["WWW-Authenticate"]).FirstOrDefault();
            return new(
                $"{tool} is refused. {answer} {challenge?["error_description"]}",
                $"Sign in with the scopes that it needs: {challenge?["scope"]}");
        }

        if (answer.Document?["error"] is JsonObject error)
        {
            return new(
                $"{tool} cannot be called: {error.Text("message")}",
                "Call one of the tools above.");
        }

        if (answer.Document?["result"] is not JsonObject result)
        {
            return new($"{tool} does not answer. {answer}", "The log of the server says why.");
        }

        if (result.IsTrue("isError"))
        {
            return new(
                $"{tool} answers with an error: {text}",
                "If it needs arguments, call it from an MCP client.");
        }

        return null;
    }

    private Problem? FindCallProblem(Answer answer)
    {
        if (_isAccepted)
        {
            return null;
        }

        if (answer.Failure == Wire.TooLong)
        {
            return new(
                $"Refusals come at once, but of this answer nothing arrives in time. {answer}",
                "If a proxy is there, it holds streams back until they end: switch that off (nginx: "
                + "proxy_buffering off). Else see what the server is doing.");
        }

        var refusal = Challenge.Parse(answer.Headers["WWW-Authenticate"]).FirstOrDefault();
        var hasReason = (refusal?["error"] ?? refusal?["error_description"]) is not null;
        if (answer.Status == 401 && !hasReason)
        {
            return new(
                $"It fails as if there were no token. {answer}",
                "If there is no cross above, a proxy removes the header Authorization: have it pass that on.");
        }

        return new(
            $"It fails. {answer} {refusal?["error_description"]} {refusal?["scope"]}",
            "The crosses above tell why. If there is none, the server's settings (issuer, audience, "
            + "scopes) or its log do.");
    }

    /// <summary>The same token with another character within its signature.</summary>
    private static string Forge(string token)
    {
        var middle = (token.LastIndexOf('.') + token.Length) / 2;
        var other = token[middle] == 'A' ? 'B' : 'A';
        return $"{token[..middle]}{other}{token[(middle + 1)..]}";
    }

    private void CheckText(string token)
    {
        var parts = token.Split('.');
        JsonObject? header = null;
        JsonObject? claims = null;
        if (parts.Length == 3)
        {
            header = Json.Decode(parts[0]);
            claims = Json.Decode(parts[1]);
        }

        var algorithm = header.Text("alg");
        report.Check(
            "token-format",
            FindFormatProblem(parts, claims, algorithm),
            "It is a signed JWT.",
            isAdvice: _isAccepted && algorithm is null);
        if (claims is null)
        {
            return;
        }

        var name = claims.Text("iss");
        var key = header.Text("kid");
        report.Check("token-issuer", FindIssuerProblem(name), $"Its issuer is {name}");
        report.Check(
            "token-key",
            keys is [] || key is null || keys.Any(known => known.Text("kid") == key),
            "Its key is one of the authorization server's.",
            $"The authorization server has no such key: {key}",
            "Get a new token: it comes from elsewhere, or the keys have changed since.");
        CheckAudience(claims);
        CheckLifetime(claims);
        CheckScopes(claims);
    }

    private static Problem? FindFormatProblem(string[] parts, JsonObject? claims, string? algorithm)
    {
        const string Cure =
            "Have the authorization server issue signed JWTs for this resource. Many do so only if "
            + "the client names a resource or audience that is registered there.";
        if (parts.Length == 5)
        {
            return new("It is encrypted (five parts): only the holder of the key can read it.", Cure);
        }

        if (claims is null)
        {
            return new("It is opaque, not a JWT: only the authorization server knows what it means.", Cure);
        }

        if (algorithm is not ['R' or 'P' or 'E', ..])
        {
            return new($"It is not signed with a private key: alg is {algorithm}", Cure);
        }

        return null;
    }

    private Problem? FindIssuerProblem(string? issuer)
    {
        if (resource.Issuers is not [var expected, ..] || resource.Issuers.Contains(issuer))
        {
            return null;
        }

        return Problem.Compare(
            "iss",
            expected,
            issuer,
            "Get a token of the authorization server that the metadata names; or correct the name there.");
    }

    private void CheckAudience(JsonObject claims)
    {
        var audiences = claims.Texts("aud");
        report.Check(
            "token-audience",
            FindAudienceProblem(audiences),
            "It is for this URL (aud).",
            isAdvice: _isAccepted && audiences is not []);
    }

    private Problem? FindAudienceProblem(string[] audiences)
    {
        if (audiences is [])
        {
            return new(
                "It has no audience (aud): it could be used at any server.",
                "Have the authorization server put the URL into aud: by the parameter resource "
                + "(RFC 8707), or by a setting there.");
        }

        if (audiences.Contains(target.Url))
        {
            return null;
        }

        return Problem.Compare(
            "aud",
            target.Url,
            string.Join(", ", audiences),
            "Ask for a token with the parameter resource; or, if that is always there, tell the "
            + "server (here OAuth:Audiences).");
    }

    private void CheckLifetime(JsonObject claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var start = claims.Number("nbf") ?? claims.Number("iat");
        report.Check(
            "token-lifetime",
            FindLifetimeProblem(now, start, claims.Number("exp")),
            "It has begun, and has not expired.");
    }

    private static Problem? FindLifetimeProblem(long now, double? start, double? end)
    {
        const string Cure =
            "Set the clocks of both servers, and have the authorization server send exp.";
        if (end is null)
        {
            return new("It never expires: exp is missing.", Cure);
        }

        if (end <= now)
        {
            return new($"It expired {now - end:F0} seconds ago.", "Get a new one.");
        }

        if (start > now + 60)
        {
            return new($"It is not valid yet, for {start - now:F0} seconds.", Cure);
        }

        return null;
    }

    private void CheckScopes(JsonObject claims)
    {
        string[] granted = [.. ReadList(claims, "scope"), .. ReadList(claims, "scp")];
        var missing = resource.Scopes.Where(scope => !IsAmong(granted, scope)).ToArray();
        var standIn = FindStandIn(claims, missing);
        report.Check(
            "token-scopes",
            FindScopesProblem(missing, standIn),
            $"It has all scopes of the metadata: {string.Join(' ', granted)}",
            isAdvice: standIn is not null || missing.Length < resource.Scopes.Length);
    }

    private static Problem? FindScopesProblem(string[] missing, string? standIn)
    {
        if (missing is [])
        {
            return null;
        }

        var text = $"It lacks scopes of the metadata: {string.Join(' ', missing)}";
        if (standIn is null)
        {
            return new(text, "Ask for them, have them allowed to the client, and consent.");
        }

        return new(
            $"{text}. Its {standIn} count only if a setting of the server lets them stand for scopes.",
            "Have the authorization server put scopes into the claim scope; or set that setting "
            + $"(here {s_standIns[standIn]}).");
    }

    /// <summary>The claim that has such a scope, in a token that has no list of scopes.</summary>
    private static string? FindStandIn(JsonObject claims, string[] missing)
    {
        if (claims.ContainsKey("scope") || claims.ContainsKey("scp"))
        {
            return null;
        }

        return s_standIns.Keys.FirstOrDefault(name =>
        {
            var values = ReadList(claims, name);
            return missing.Any(scope => IsAmong(values, scope));
        });
    }

    /// <summary>
    /// A string with spaces or an array of strings: nothing else is a list of scopes.
    /// </summary>
    private static string[] ReadList(JsonObject claims, string name)
    {
        var texts = claims.Texts(name);
        if (claims[name] is JsonArray items && items.Count > texts.Length)
        {
            return [];
        }

        return string.Join(' ', texts).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    // Some providers put a prefix before the scopes that clients ask for, and none into the token.
    private static bool IsAmong(string[] granted, string scope) =>
        granted.Any(has => scope == has || scope.EndsWith($"/{has}", StringComparison.Ordinal));
}

/// <summary>The authorization code flow with PKCE, as a client on this machine does it.</summary>
internal sealed class SignIn(Options options, Target target, Wire wire, Report report)
{
    private string _redirectUri = "";

    /// <summary>For how long a person may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    public async Task<string?> RunAsync(JsonObject server, string issuer, string scope)
    {
        _redirectUri = $"http://{FindAddress()}/callback";
        var page = Target.Parse(server.Text("authorization_endpoint"));
        var endpoint = Target.Parse(server.Text("token_endpoint"));
        var client = await RegisterAsync(Target.Parse(server.Text("registration_endpoint")));
        if (!wire.MayAsk(page) || endpoint is null || client is null)
        {
            return null;
        }

        var state = RandomNumberGenerator.GetHexString(64);
        var verifier = RandomNumberGenerator.GetHexString(64);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(verifier));
        var query = CreateForm(new()
        {
            ["response_type"] = "code",
            ["client_id"] = client.Id,
            ["state"] = state,
            ["scope"] = scope,
            ["code_challenge"] = Base64Url.EncodeToString(hash),
            ["code_challenge_method"] = "S256",
        });
        var separator = page!.Query is "" ? '?' : '&';
        var url = page.AbsoluteUri + separator + await query.ReadAsStringAsync();
        var redirect = await AskAsync(url);
        var answer = System.Web.HttpUtility.ParseQueryString(redirect?.Query ?? "");
        var problem = FindProblem(server, issuer, redirect, answer, state);
        string? token = null;
        if (problem is null)
        {
            var response = await RedeemAsync(endpoint, client, answer["code"]!, verifier);
            token = response.Document.Text("access_token");
            problem = FindTokenProblem(response, token);
        }

        report.Check(
            "sign-in",
            problem,
            "The browser comes back with a code, and the authorization server gives a token for it.");
        return token;
    }

    /// <summary>Where the browser comes back to.</summary>
    private string FindAddress()
    {
        if (options.TryGetValue("--port", out var port))
        {
            return $"127.0.0.1:{port}";
        }

        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return $"{free.LocalEndpoint}";
    }

    private async Task<ClientIdentity?> RegisterAsync(Uri? endpoint)
    {
        if (options.TryGetValue("--client-id", out var given))
        {
            report.Check("client", problem: null, "It has an id.");
            return new ClientIdentity(given, Secret: "");
        }

        Answer? answer = null;
        if (endpoint is not null)
        {
            var content = Wire.CreateJson(CreateRegistration());
            answer = await wire.SendAsync(new(HttpMethod.Post, endpoint) { Content = content });
        }

        var id = answer?.Document.Text("client_id");
        report.Check(
            "client",
            id is not null,
            "It has an id.",
            $"It cannot register. {answer} {answer?.Json.Text("error_description")}",
            "Allow registration at the authorization server, or give a --client-id.");
        if (id is null)
        {
            return null;
        }

        return new ClientIdentity(id, answer?.Document.Text("client_secret") ?? "");
    }

    private string CreateRegistration() =>
        new JsonObject
        {
            ["client_name"] = "verify.cs",
            ["redirect_uris"] = new JsonArray(_redirectUri),
            ["application_type"] = "native",
            ["token_endpoint_auth_method"] = "none",
        }.ToJsonString();

    private FormUrlEncodedContent CreateForm(Options fields)
    {
        fields["redirect_uri"] = _redirectUri;
        fields["resource"] = target.Url;
        return new(fields.Where(field => field.Value is not ""));
    }

    /// <summary>
    /// Opens the page in the browser, and returns the URL of the redirect that follows.
    /// </summary>
    private async Task<Uri?> AskAsync(string url)
    {
        using var listener = new HttpListener { Prefixes = { $"{_redirectUri}/" } };
        try
        {
            listener.Start();
            Console.Error.WriteLine($"  Sign in at {url}");
            using var browser = OpenBrowser(url);
            var context = await listener.GetContextAsync().WaitAsync(Patience);
            context.Response.ContentType = "text/plain";
            context.Response.Close("You can go back to the terminal."u8.ToArray(), willBlock: true);
            return context.Request.Url;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private Process? OpenBrowser(string url)
    {
        if (options.ContainsKey("--no-browser"))
        {
            return null;
        }

        try
        {
            return Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // There is none here: the URL can be opened on another machine, or by hand.
        }
    }

    private Problem? FindProblem(
        JsonObject server,
        string issuer,
        Uri? redirect,
        System.Collections.Specialized.NameValueCollection answer,
        string state)
    {
        if (redirect is null)
        {
            return Create("No answer came: no browser opened, the port is taken, or five minutes are over.");
        }

        if (answer["state"] != state)
        {
            return Create("The answer has another state: it may belong to another sign-in.");
        }

        var iss = answer["iss"];
        var mayBeMissing = !server.IsTrue("authorization_response_iss_parameter_supported");
        if (iss != issuer && !(iss is null && mayBeMissing))
        {
            return Create($"The answer is not from the authorization server: iss is {iss ?? "missing"}");
        }

        if (answer["code"] is null)
        {
            return Create($"It is refused: {answer["error"]} {answer["error_description"]}");
        }

        return null;
    }

    private Task<Answer> RedeemAsync(
        Uri endpoint, ClientIdentity client, string code, string verifier)
    {
        var form = CreateForm(new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = client.Id,
            ["client_secret"] = client.Secret,
            ["code"] = code,
            ["code_verifier"] = verifier,
        });
        return wire.SendAsync(new(HttpMethod.Post, endpoint) { Content = form });
    }

    private Problem? FindTokenProblem(Answer response, string? token)
    {
        if (token is not null)
        {
            return null;
        }

        return Create($"The code gets no token. {response} {response.Json.Text("error_description")}");
    }

    private Problem Create(string text) => new(
        text,
        "See what the browser shows. The authorization server must allow the client the redirect "
        + $"URI {_redirectUri}");

    private sealed record ClientIdentity(string Id, string Secret);
}

/// <summary>
/// Requests to servers that may be hostile: bounded in time and size, without redirects and
/// cookies.
/// </summary>
internal sealed class Wire(Uri target) : IDisposable
{
    public const string TooLong = "It takes too long.";

    private const string Newest = "2026-07-28";

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !target.IsLoopback,
    });

    /// <summary>The server to verify.</summary>
    public Uri Server => target;

    public bool MaySendToken => target.Scheme == "https" || target.IsLoopback;

    /// <summary>The URL with a well-known path before its own (RFC 8414, RFC 9728).</summary>
    public static Uri Insert(Uri url, string name)
    {
        var path = $"/.well-known/{name}{url.AbsolutePath.TrimEnd('/')}";
        return new UriBuilder(url) { Path = path, Query = "" }.Uri;
    }

    public static StringContent CreateJson(string json) =>
        new(json, Encoding.UTF8, "application/json");

    /// <summary>
    /// Of the URLs that a server names: https elsewhere; this machine only if the server to verify
    /// is on it.
    /// </summary>
    public bool MayAsk(Uri? url)
    {
        if (url is null)
        {
            return false;
        }

        if (url.IsLoopback)
        {
            return target.IsLoopback;
        }

        var host = url.GetLeftPart(UriPartial.Authority);
        return url.Scheme == "https" || host == target.GetLeftPart(UriPartial.Authority);
    }

    public async Task<Answer[]> GetAsync(params IEnumerable<Uri?> urls)
    {
        var requests = urls.OfType<Uri>().Distinct();
        return await Task.WhenAll(requests.Select(url => SendAsync(new(HttpMethod.Get, url))));
    }

    public Task<Answer> ListToolsAsync(string token) => CallInSessionAsync("tools/list", null, token);

    /// <summary>Calls a tool without arguments.</summary>
    public Task<Answer> CallToolAsync(string tool, string token) =>
        CallInSessionAsync("tools/call", tool, token);

    private async Task<Answer> CallInSessionAsync(string method, string? tool, string token)
    {
        var hello = await CallAsync("initialize", token);
        if (hello.Document?["result"] is JsonObject result)
        {
            var revision = result.Text("protocolVersion");
            var session = hello.Headers["Mcp-Session-Id"].FirstOrDefault();
            await CallAsync("notifications/initialized", token, revision, session);
            return await CallAsync(method, token, revision, session, tool);
        }

        if (hello.Status is 401 or 403 || hello.Failure is not "")
        {
            return hello;
        }

        // A server may have only the revision that knows no initialize.
        return await CallAsync(method, token, Newest, tool: tool);
    }

    /// <summary>
    /// Calls a method of MCP. Only here a token is sent, and only to the URL to verify.
    /// </summary>
    public async Task<Answer> CallAsync(
        string method,
        string? token,
        string? revision = null,
        string? session = null,
        string? tool = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = CreateJson(CreateMessage(method, revision, tool)),
        };
        if (token is not null && MaySendToken)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        AddHeader(request, "MCP-Protocol-Version", revision);
        AddHeader(request, "Mcp-Session-Id", session);
        if (revision == Newest)
        {
            AddHeader(request, "Mcp-Method", method);
            AddHeader(request, "Mcp-Name", tool);
        }

        return await SendAsync(request);
    }

    /// <summary>Asks for an MCP endpoint at another path of the server, without a token.</summary>
    public Task<Answer> AskAsync(Uri url)
    {
        var content = CreateJson(CreateMessage("initialize", revision: null));
        return SendAsync(new(HttpMethod.Post, url) { Content = content });
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        var url = request.RequestUri!;
        if (!MayAsk(url))
        {
            return Answer.Fail(url, "It is neither https nor where the server is.");
        }

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            using var response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            var answer = new Answer(url, (int)response.StatusCode, ReadHeaders(response));
            return await ReadAsync(answer, response.Content, timeout.Token);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            return Answer.Fail(url, Describe(exception));
        }
    }

    public void Dispose() => _http.Dispose();

    private static string CreateMessage(string method, string? revision, string? tool = null)
    {
        var parameters = CreateParameters(method, revision);
        if (tool is not null)
        {
            parameters["name"] = tool;
            parameters["arguments"] = new JsonObject();
        }

        var message = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["method"] = method,
            ["params"] = parameters,
        };
        if (!method.StartsWith("notifications/", StringComparison.Ordinal))
        {
            message["id"] = 1;
        }

        return message.ToJsonString();
    }

    private static JsonObject CreateParameters(string method, string? revision)
    {
        if (method == "initialize")
        {
            return new JsonObject
            {
                ["protocolVersion"] = "2025-11-25",
                ["capabilities"] = new JsonObject(),
                ["clientInfo"] = new JsonObject { ["name"] = "verify.cs", ["version"] = "1" },
            };
        }

        if (revision != Newest)
        {
            return [];
        }

        return new JsonObject
        {
            ["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = Newest,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            },
        };
    }

    private static void AddHeader(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static ILookup<string, string> ReadHeaders(HttpResponseMessage response)
    {
        var lines = response.Headers.NonValidated.SelectMany(
            header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value));
        return lines.ToLookup(
            line => line.Key, line => line.Value, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsFailure(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException;

    private static string Describe(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            return TooLong;
        }

        return exception.GetBaseException().Message;
    }

    /// <summary>Adds the body, as far as it comes.</summary>
    private static async Task<Answer> ReadAsync(
        Answer answer, HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024 * 1024];
        var length = 0;
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                length += read;
                var text = Encoding.UTF8.GetString(buffer, 0, length);
                var message = Json.FindMessage(text);

                // A stream of events may stay open after the one that counts.
                if (message is not null || read == 0)
                {
                    return answer with { Json = message, Text = text };
                }
            }
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            return answer with { Failure = Describe(exception) };
        }
    }
}

internal sealed record Answer(Uri Url, int Status, ILookup<string, string> Headers)
{
    private static readonly ILookup<string, string> s_noHeaders =
        Array.Empty<string>().ToLookup(_ => "");

    /// <summary>The body.</summary>
    public string Text { get; init; } = "";

    /// <summary>The JSON object in the body.</summary>
    public JsonObject? Json { get; init; }

    /// <summary>Why there is no answer, or only a part of one.</summary>
    public string Failure { get; init; } = "";

    /// <summary>The JSON object, if it is not that of an error.</summary>
    public JsonObject? Document => Status is >= 200 and < 300 ? Json : null;

    /// <summary>Whether the body is HTML: no MCP server answers so, but proxies do.</summary>
    public bool IsPage => Text.TrimStart().StartsWith('<');

    public static Answer Fail(Uri url, string reason) => new(url, 0, s_noHeaders) { Failure = reason };

    public string? Header(string name) => Headers[name].FirstOrDefault();

    public bool Mentions(string words) => Text.Contains(words, StringComparison.OrdinalIgnoreCase);

    public override string ToString()
    {
        if (Status == 0)
        {
            return $"{Url}: {Failure}";
        }

        if (Failure is not "")
        {
            return $"{Url}: {Status}, and then: {Failure}";
        }

        if (IsPage)
        {
            return $"{Url}: {Status}, a web page{DescribePage()}";
        }

        return Json is null ? $"{Url}: {Status}, no JSON" : $"{Url}: {Status}";
    }

    // What of the page and of the headers tells whose it is.
    private string DescribePage()
    {
        var title = Regex.Match(Text, "(?is)<title>(.{1,80}?)</title>").Groups[1];
        var text = "";
        if (title.Success)
        {
            text = $", \"{title.Value.Trim()}\"";
        }

        if (Header("Server") is { } server)
        {
            text += $", of {server}";
        }

        return text;
    }
}

/// <summary>A challenge of the scheme Bearer (RFC 9110, section 11.6.1).</summary>
internal sealed class Challenge
{
    // A parameter, with quotes or without, or else the name of a scheme.
    private static readonly Regex s_part = new(
        """([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|[\w-]+""", RegexOptions.NonBacktracking);

    private readonly Options _parameters = new(StringComparer.OrdinalIgnoreCase);

    public string? this[string parameter] => _parameters.GetValueOrDefault(parameter);

    public static List<Challenge> Parse(IEnumerable<string> headers)
    {
        List<Challenge> bearers = [];
        var current = new Challenge();
        foreach (var part in headers.SelectMany(header => s_part.Matches(header)))
        {
            var name = part.Groups[1];
            if (name.Success)
            {
                var value = part.Groups[2].Value + part.Groups[3].Value;
                current._parameters.TryAdd(name.Value, value.Replace("\\", ""));
                continue;
            }

            current = new Challenge();
            if (part.Value.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                bearers.Add(current);
            }
        }

        return bearers;
    }
}

internal static class Json
{
    public static JsonObject? Parse(string text, bool isSettings = false)
    {
        var nodes = new JsonNodeOptions { PropertyNameCaseInsensitive = isSettings };
        var document = new JsonDocumentOptions { AllowDuplicateProperties = false };
        if (isSettings)
        {
            document.AllowTrailingCommas = true;
            document.CommentHandling = JsonCommentHandling.Skip;
        }

        try
        {
            return JsonNode.Parse(text, nodes, document) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The object that a body is, or the answer in a stream of events.</summary>
    public static JsonObject? FindMessage(string text)
    {
        if (Parse(text) is { } body)
        {
            return body;
        }

        foreach (var lines in text.ReplaceLineEndings("\n").Split("\n\n"))
        {
            var data = Regex.Matches(lines, "(?m)^data:(.*)$").Select(line => line.Groups[1].Value);
            if (Parse(string.Concat(data)) is { } message && message.ContainsKey("id"))
            {
                return message;
            }
        }

        return null;
    }

    public static JsonObject? Decode(string part)
    {
        if (!Base64Url.IsValid(part))
        {
            return null;
        }

        return Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part)));
    }

    public static string? Text(this JsonObject? json, string name) => AsText(json?[name]);

    /// <summary>The texts of an array; a single text counts as an array of one.</summary>
    public static string[] Texts(this JsonObject json, string name)
    {
        if (json[name] is JsonArray items)
        {
            return [.. items.Select(AsText).OfType<string>()];
        }

        return json.Text(name) is { } text ? [text] : [];
    }

    public static double? Number(this JsonObject json, string name)
    {
        if (json[name] is JsonValue value && value.TryGetValue<double>(out var number))
        {
            return number;
        }

        return null;
    }

    public static bool IsTrue(this JsonObject json, string name) =>
        json[name]?.GetValueKind() == JsonValueKind.True;

    private static string? AsText(JsonNode? node)
    {
        if (node is JsonValue value && value.TryGetValue(out string? text))
        {
            return text;
        }

        return null;
    }
}

/// <summary>What is wrong, in words, and what helps.</summary>
internal sealed record Problem(string Text, string Cure)
{
    /// <summary>The problem of a text that has to be the expected one; null if it is.</summary>
    public static Problem? Compare(string name, string expected, string? actual, string cure)
    {
        if (actual == expected)
        {
            return null;
        }

        return new(Describe(name, expected, actual), cure);
    }

    private static string Describe(string name, string expected, string? actual)
    {
        if (actual is null)
        {
            return $"{name} is missing.";
        }

        if (actual.TrimEnd('/') == expected.TrimEnd('/'))
        {
            return $"{name} differs in the slash at the end: {actual}";
        }

        if (actual.Replace("http:", "https:") == expected)
        {
            return $"{name} is http instead of https: {actual}";
        }

        return $"{name} is another one, not {expected}: {actual}";
    }
}

/// <summary>A line for each check, and one for the cure; or one JSON object for all.</summary>
internal sealed class Report(bool isJson)
{
    private static readonly Mark s_passed = new("passed", '✓', 32);
    private static readonly Mark s_warning = new("warning", '!', 33);
    private static readonly Mark s_failed = new("failed", '✗', 31);

    private readonly bool _hasColors = !Console.IsOutputRedirected
        && !OperatingSystem.IsWindows()
        && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    private readonly TextWriter _text = isJson ? TextWriter.Null : Console.Out;
    private readonly JsonArray _checks = [];

    /// <summary>What is never printed.</summary>
    public List<string> Secrets { get; } = [];

    public void Note(string text) => Console.Error.WriteLine(Clean(text));

    public void Step(string title) => _text.WriteLine($"\n{title}");

    public void Check(
        string id, bool isGood, string good, string problem, string cure, bool isAdvice = false)
    {
        Check(id, isGood ? null : new Problem(problem, cure), good, isAdvice);
    }

    /// <summary>Reports the problem, or what is good if there is none.</summary>
    public void Check(string id, Problem? problem, string good, bool isAdvice = false)
    {
        if (problem is null)
        {
            Add(id, s_passed, Clean(good), cure: null);
            return;
        }

        Add(id, isAdvice ? s_warning : s_failed, Clean(problem.Text), Clean(problem.Cure));
    }

    /// <summary>Checks that a document is at one of several places. Returns those found.</summary>
    public List<JsonObject> CheckFound(
        string id, Answer[] answers, Func<Answer[], Problem> findProblem)
    {
        var found = answers.Where(answer => answer.Document is not null).ToList();
        var problem = found is [] ? findProblem(answers) : null;
        var places = found.Select(answer => answer.Url);
        Check(id, problem, $"It is at {string.Join(" and ", places)}");
        return [.. found.Select(answer => answer.Document!)];
    }

    /// <summary>Returns the exit code.</summary>
    public int End(Target target)
    {
        var failed = _checks.Count(check => (string?)check!["status"] == s_failed.Status);
        _text.WriteLine($"\n{_checks.Count} checks, {failed} failed.");
        if (isJson)
        {
            var all = new JsonObject
            {
                ["url"] = target.Url,
                ["source"] = target.Source,
                ["failed"] = failed,
                ["checks"] = _checks,
            };
            Console.Write($"{all}\n");
        }

        return Math.Min(failed, 63);
    }

    private void Add(string id, Mark mark, string text, string? cure)
    {
        JsonNode check = new JsonObject
        {
            ["id"] = id,
            ["status"] = mark.Status,
            ["text"] = text,
            ["cure"] = cure,
        };
        _checks.Add(check);

        var sign = _hasColors ? $"\e[{mark.Color}m{mark.Sign}\e[0m" : $"{mark.Sign}";
        _text.WriteLine($"{sign} {text}");
        if (cure is not null)
        {
            _text.WriteLine($"  Cure: {cure}");
        }
    }

    // What others have written could command the terminal, or repeat the token.
    private string Clean(string text)
    {
        foreach (var secret in Secrets)
        {
            text = text.Replace(secret, "(token)");
        }

        text = Regex.Replace(
            text, @"[\p{C}\p{Zl}\p{Zp}]", character => $"\\u{(int)character.Value[0]:X4}");
        return text.Length > 600 ? $"{text[..600]}..." : text;
    }

    private sealed record Mark(string Status, char Sign, int Color);
}
