#:property PublishAot=false

// Goes the way of an MCP client to a protected server and explains each step: dotnet verify.cs https://tools.contoso.com/api/mcp
// It is a program of its own, needs no package, and serves for any MCP server, whatever that is written in.

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
var isHelp = options?.ContainsKey("--help") is true;
var report = new Report(isJson: options?.ContainsKey("--json") is true);
if (options is null || isHelp || Target.Find(options, report) is not { } target)
{
    var reason = options is null ? "The arguments are not right.\n\n" : isHelp ? "" : "There is no URL to verify.\n\n";
    (isHelp ? Console.Out : Console.Error).Write(reason + CommandLine.Usage);
    return isHelp ? 0 : 64;
}

using var wire = new Wire(target.Uri);
report.Step($"Verifying {target.Url} ({target.Source})");
report.Step("Without a token, the server says where to get one (RFC 6750, RFC 9728)");
report.Check("secure-url", wire.MaySendToken ? null : "The URL is neither https nor on this machine.",
    "The URL is https, or on this machine.", "Serve it over https: a token that goes over http can be read on the way.");
var answer = await wire.CallAsync("initialize", token: null);
var (problem, cure) = answer.Status switch
{
    401 => (null, ""),
    0 => ($"Nothing answers. {answer}", "Start the server; check the host and the port of the URL."),
    >= 200 and < 300 => ("The server answers without a token: it is open to all.", "Require a token on the MCP endpoint."),
    >= 300 and < 400 => ($"It redirects to {answer.Headers["Location"].FirstOrDefault()}", "Give clients that URL instead."),
    404 or 405 => ($"There is no MCP endpoint. {answer}", "Check the path: that of many servers is /mcp."),
    _ => ($"It is not 401. {answer}", "Answer 401 to what has no token, before anything else is looked at."),
};
report.Check("refusal", problem, "Without a token, the answer is 401.", cure);
if (problem is not null)
{
    return report.End(target);
}

var renamed = answer.Headers.FirstOrDefault(header => Regex.IsMatch(header.Key, "(?i).-www-authenticate$"));
var bearers = Challenge.Parse(answer.Headers["WWW-Authenticate"]);
Uri[] places = [Wire.Insert(target.Uri, "oauth-protected-resource"), new(target.Uri, "/.well-known/oauth-protected-resource")];
(problem, cure) = bearers.Count switch
{
    1 when bearers[0]["resource_metadata"] is not null => (null, ""),
    > 1 => ($"There are {bearers.Count} Bearer challenges, and clients do not agree which one counts.",
        "Send one. Often the server sends one and a gateway the other, or two authentication handlers do."),
    0 when renamed is not null => ($"A gateway has renamed the header to {renamed.Key}, where no client looks.",
        "Have the gateway map it back to WWW-Authenticate, or take one that leaves it alone."),
    _ => (!answer.Headers.Contains("WWW-Authenticate") ? "It is a plain 401, without a WWW-Authenticate header."
        : $"The {(bearers.Count == 0 ? "header has no Bearer challenge" : "Bearer challenge has no resource_metadata")}.",
        $"Send WWW-Authenticate: Bearer resource_metadata=\"{places[0]}\"; if the server does, see what a proxy removes."),
};
report.Check("challenge", problem, "There is one Bearer challenge, with resource_metadata.", cure);
var challenge = bearers.Concat(Challenge.Parse(renamed ?? Enumerable.Empty<string>())).FirstOrDefault();
if (challenge?["resource_metadata"] is { } named)
{
    var url = Target.Parse(named);
    problem = url?.Scheme == "http" && target.Uri.Scheme == "https" ? $"It is http, though the server is https: {named}"
        : wire.MayAsk(url) ? null : $"It is no URL that clients may ask: {named}";
    report.Check("metadata-url", problem, $"resource_metadata is {named}", "The server does not know its public URL, or that TLS "
        + "ends at a proxy before it. Set it in its settings (here OAuth:Resource) instead of taking it from the request.");
    places = problem is null ? [url!] : places;
}

report.Step("The metadata names the authorization server (RFC 9728)");
var documents = await FindAsync("metadata", "Serve it there as JSON, without a token and without a redirect.", places);
var metadata = documents.FirstOrDefault() ?? [];
var (issuers, scopes) = (metadata.Texts("authorization_servers"), metadata.Texts("scopes_supported"));
var issuer = issuers.FirstOrDefault(text => wire.MayAsk(Target.Parse(text)));
if (documents is not [])
{
    report.Check("resource", Json.Compare("resource", target.Url, metadata.Text("resource")), "Its resource is the URL, exactly.",
        "Set the URL in the server's settings (here OAuth:Resource), or give clients the other one: they refuse what differs.");
    report.Check("authorization-servers", issuer is null ? $"There is no https URL in {string.Join(", ", issuers)}" : null,
        $"The authorization server is {string.Join(", or ", issuers)}", "Write its issuer into authorization_servers.");
    report.Check("scopes", scopes is [] ? "scopes_supported is missing: clients do not know what to ask for." : null,
        $"The scopes are {string.Join(' ', scopes)}", "List the scopes that an ordinary client needs.", isAdvice: true);
}

JsonObject? server = null;
JsonObject[] keys = [];
if (issuer is not null)
{
    report.Step("The authorization server has what clients need (RFC 8414, RFC 7636, RFC 7591)");
    var uri = new Uri(issuer);
    documents = await FindAsync("server-metadata", "Check the issuer; have it publish RFC 8414 or OpenID Connect metadata.",
        Wire.Insert(uri, "oauth-authorization-server"), Wire.Insert(uri, "openid-configuration"),
        new UriBuilder(uri) { Path = uri.AbsolutePath.TrimEnd('/') + "/.well-known/openid-configuration" }.Uri);
    server = documents.FirstOrDefault();
}

if (server is not null)
{
    var other = documents.Select(document => document.Text("issuer")).FirstOrDefault(text => text != issuer, issuer);
    report.Check("issuer", Json.Compare("issuer", issuer!, other), "Its issuer is what the resource names, exactly.",
        "Write it into authorization_servers as it stands there (here OAuth:Issuer): clients refuse what differs.");
    string[] endpoints = ["authorization_endpoint", "token_endpoint"];
    problem = string.Join(" and ", endpoints.Where(name => !wire.MayAsk(Target.Parse(server.Text(name)))));
    report.Check("endpoints", problem is "" ? null : $"There is no https URL in {problem}",
        "It has endpoints for authorization and for tokens.", "Name them in its metadata.");
    report.Check("pkce", server.Texts("code_challenge_methods_supported").Contains("S256") ? null
        : "code_challenge_methods_supported has no S256: clients must refuse that.", "It supports PKCE with S256.",
        "Switch PKCE on there. If it is on and only not published, ask the vendor, or serve the metadata through a proxy.");
    var isKnown = server.Text("registration_endpoint") is not null || options.ContainsKey("--client-id");
    report.Check("registration", isKnown || server.IsTrue("client_id_metadata_document_supported") ? null
        : "Clients cannot register: neither registration_endpoint nor client_id_metadata_document_supported is there.",
        "Clients can register.", "Switch one of them on there; or register each client by hand, and verify with --client-id.");
    report.Check("iss", server.IsTrue("authorization_response_iss_parameter_supported") ? null : "It does not announce iss.",
        "It announces iss (RFC 9207).", "Switch it on there: it keeps clients from mixing servers up.", isAdvice: true);
    var jwks = (await wire.GetAsync(Target.Parse(server.Text("jwks_uri")))).FirstOrDefault();
    keys = [.. (jwks?.Document?["keys"] as JsonArray ?? []).OfType<JsonObject>().Where(key => key.Text("use") is null or "sig")];
    problem = keys.Any(key => key.ContainsKey("d") || key.Text("kty") == "oct") ? "A secret key is there: anyone can make tokens."
        : keys is [] ? $"There are none. {jwks}" : null;
    report.Check("keys", problem, $"Its keys are there: {keys.Length}", "Publish the public keys, and only those, at jwks_uri.");
}

var token = options.GetValueOrDefault("--token");
if (options.ContainsKey("--login") && token is null && server is not null)
{
    report.Step("A client signs in by the browser (RFC 8252, RFC 8707, RFC 9207)");
    var signIn = new SignIn(options, target, wire, report);
    token = await signIn.RunAsync(server, issuer!, challenge?["scope"] ?? string.Join(' ', scopes));
}

if (token is not null)
{
    report.Step("The access token, read here and sent to the server (RFC 9068)");
    var middle = (token.LastIndexOf('.') + token.Length) / 2;
    var forged = $"{token[..middle]}{(token[middle] == 'A' ? 'B' : 'A')}{token[(middle + 1)..]}";
    report.Secrets.AddRange([token, forged]);
    answer = await wire.ListToolsAsync(token);
    var tools = (answer.Document?["result"] as JsonObject)?["tools"] as JsonArray;
    CheckToken(token, isAccepted: tools is not null);
    var refusal = Challenge.Parse(answer.Headers["WWW-Authenticate"]).FirstOrDefault();
    report.Check("tools-list", tools is null ? $"It fails. {answer} {refusal?["error_description"]} {refusal?["scope"]}" : null,
        $"tools/list works: {string.Join(", ", tools?.Select(tool => (tool as JsonObject).Text("name")) ?? [])}",
        "The crosses above tell why. If there is none, the server's settings (issuer, audience, scopes) or its log do.");
    answer = await wire.ListToolsAsync(forged);
    report.Check("wrong-token", answer.Status == 401 ? null : $"A token with a wrong signature is not refused with 401. {answer}",
        "A token with a wrong signature is refused with 401.", "Check the signature of every token; if it is wrong, answer 401.");
}

return report.End(target);

async Task<List<JsonObject>> FindAsync(string id, string cure, params Uri[] urls)
{
    var answers = await wire.GetAsync(urls);
    var found = answers.Where(answer => answer.Document is not null).ToList();
    report.Check(id, found is [] ? $"There is none. {string.Join("; ", answers)}" : null,
        $"It is at {string.Join(" and ", found.Select(answer => answer.Url))}", cure);
    return [.. found.Select(answer => answer.Document!)];
}

void CheckToken(string token, bool isAccepted)
{
    var parts = token.Split('.');
    var (header, claims) = parts.Length == 3 ? (Json.Decode(parts[0]), Json.Decode(parts[1])) : (null, null);
    var (algorithm, id) = (header.Text("alg"), header.Text("kid"));
    report.Check("token-format", parts.Length == 5 ? "It is encrypted (five parts): only the holder of the key can read it."
        : claims is null ? "It is opaque, not a JWT: only the authorization server knows what it means."
        : algorithm is ['R' or 'P' or 'E', ..] ? null : $"It is not signed with a private key: alg is {algorithm}",
        "It is a signed JWT.", "Have the authorization server issue signed JWTs for this resource. Many do so only if the client "
        + "names a resource or audience that is registered there.", isAdvice: isAccepted && algorithm is null);
    if (claims is null)
    {
        return;
    }

    var iss = claims.Text("iss");
    report.Check("token-issuer", issuers is [] || issuers.Contains(iss) ? null : Json.Compare("iss", issuers[0], iss),
        $"Its issuer is {iss}", "Get a token of the authorization server that the metadata names; or correct the name there.");
    report.Check("token-key", keys is not [] && id is not null && keys.All(key => key.Text("kid") != id)
        ? $"The authorization server has no such key: {id}" : null, "Its key is one of the authorization server's.",
        "Get a new token: it comes from elsewhere, or the keys have changed since.");
    var audiences = claims.Texts("aud");
    report.Check("token-audience", audiences is [] ? "It has no audience (aud): it could be used at any server."
        : audiences.Contains(target.Url) ? null : Json.Compare("aud", target.Url, string.Join(", ", audiences)),
        "It is for this URL (aud).", audiences is []
        ? "Have the authorization server put the URL into aud: by the parameter resource (RFC 8707), or by a setting there."
        : "Ask for a token with the parameter resource; or, if that is always there, tell the server (here OAuth:Audiences).",
        isAdvice: isAccepted && audiences is not []);
    var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    var (end, start) = (claims.Number("exp"), claims.Number("nbf") ?? claims.Number("iat"));
    report.Check("token-lifetime", end is null ? "It never expires: exp is missing."
        : end <= now ? $"It expired {now - end:F0} seconds ago."
        : start > now + 60 ? $"It is not valid yet, for {start - now:F0} seconds." : null, "It has begun, and has not expired.",
        end <= now ? "Get a new one." : "Set the clocks of both servers, and have the authorization server send exp.");
    var granted = string.Join(' ', [.. claims.Texts("scope"), .. claims.Texts("scp"), .. claims.Texts("permissions")]).Split(' ');
    var missing = scopes.Where(scope => !granted.Any(has => scope == has || scope.EndsWith($"/{has}", StringComparison.Ordinal)));
    report.Check("token-scopes", missing.Any() ? $"It lacks scopes of the metadata: {string.Join(' ', missing)}" : null,
        $"It has all scopes of the metadata: {string.Join(' ', granted)}",
        "Ask for them, have them allowed to the client, and consent.", isAdvice: missing.Count() < scopes.Length);
}

internal static class CommandLine
{
    public const string Usage = """
        Usage: dotnet verify.cs [URL] [options]        This text: dotnet verify.cs -- --help

        Goes the way of an MCP client to the server at URL, explains each step, and tells the cure of what is wrong.
        Without URL: OAuth:Resource in appsettings.json; OAUTH__RESOURCE, RESOURCE_ID, SERVER_URL or PUBLIC_URL in the
        environment or in .env; OAuth:Resource in appsettings.Development.json; or it asks.

          --token TOKEN    also check this access token, and call tools/list with it; - reads it from standard input
          --login          sign in by the browser as a client does, and check the token that comes of it
          --client-id ID   for --login: a client that exists, or the URL of a client metadata document
          --port PORT      for --login: the port of the redirect URI http://127.0.0.1:PORT/callback, instead of any
          --no-browser     for --login: print the URL, and open nothing
          --json           print one JSON object; with --no-launch-profile, dotnet prints nothing before it

        Exit code: the number of failed checks, at most 63; 64 if the arguments are not right or there is no URL.

        """;

    /// <summary>The value of each option, and the URL as "URL". Null if an argument is unknown, doubled or wrong.</summary>
    public static Options? Parse(string[] args)
    {
        Options options = [];
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i] switch
            {
                "--login" or "--no-browser" or "--json" or "--help" => (args[i], "yes"),
                "--token" or "--client-id" or "--port" => (args[i], args.ElementAtOrDefault(++i) ?? ""),
                _ => ("URL", args[i]),
            };
            value = (name, value) is ("--token", "-") ? Console.In.ReadLine()?.Trim() ?? "" : value;
            var isValid = name is "URL" ? Target.Parse(value) is not null : name is not "--port" || ushort.TryParse(value, out _);
            if (!isValid || value is "" || !value.All(c => c is > ' ' and < '\x7f') || !options.TryAdd(name, value))
            {
                return null;
            }
        }

        return options;
    }
}

/// <summary>The URL to verify, to the letter, and where it was found.</summary>
internal sealed record Target(string Url, string Source)
{
    public Uri Uri { get; } = new(Url);

    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "https" or "http", UserInfo: "", Fragment: "" }
            && text.All(c => c is > ' ' and < '\x7f') ? url : null;

    public static Target? Find(Options options, Report report)
    {
        foreach (var (source, value) in GetCandidates(options).Where(candidate => !string.IsNullOrEmpty(candidate.Value)))
        {
            var url = Parse(value);
            var isPlaceholder = !options.ContainsKey("URL") && $".{url?.Host}".EndsWith(".example.com", StringComparison.Ordinal);
            if (url is not null && !isPlaceholder)
            {
                return new Target(value!, source);
            }

            report.Note($"Passed over: {source} is {(isPlaceholder ? "a placeholder" : "no URL")}, {value}");
        }

        return null;
    }

    private static IEnumerable<(string Source, string? Value)> GetCandidates(Options options)
    {
        yield return ("the argument", options.GetValueOrDefault("URL"));

        // The settings are beside this file or, in a solution, in a project below src.
        var root = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? Environment.CurrentDirectory;
        var projects = Path.Combine(root, "src");
        string[] folders = [root, .. Directory.Exists(projects) ? Directory.GetDirectories(projects) : []];
        yield return ("OAuth:Resource in appsettings.json", ReadSetting("appsettings.json"));
        var lines = Read(".env").SelectMany(text => text.Split('\n')).Concat(
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(pair => $"{pair.Key}={pair.Value}"));
        foreach (var name in (string[])["OAUTH__RESOURCE", "RESOURCE_ID", "SERVER_URL", "PUBLIC_URL"])
        {
            var value = lines.LastOrDefault(line => Regex.IsMatch(line, $"(?i)^\\s*(export )?{name}\\s*="))?.Split('=', 2)[1];
            yield return ($"{name} in the environment or .env", value?.Split(" #")[0].Trim(' ', '\r', '"', '\''));
        }

        yield return ("OAuth:Resource in appsettings.Development.json", ReadSetting("appsettings.Development.json"));
        if (!options.ContainsKey("--json") && !Console.IsInputRedirected)
        {
            Console.Error.Write("URL of the MCP server: ");
            yield return ("the answer", Console.ReadLine()?.Trim());
        }

        IEnumerable<string> Read(string file) =>
            folders.Select(folder => Path.Combine(folder, file)).Where(File.Exists).Select(File.ReadAllText);

        string? ReadSetting(string file) => Read(file).Select(text => Json.Parse(text, isSettings: true)?["OAuth"] as JsonObject)
            .Select(settings => settings.Text("Resource")).FirstOrDefault(url => url is not null);
    }
}

/// <summary>The authorization code flow with PKCE, as a client on this machine does it.</summary>
internal sealed class SignIn(Options options, Target target, Wire wire, Report report)
{
    private string _redirectUri = "";

    public async Task<string?> RunAsync(JsonObject server, string issuer, string scope)
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _redirectUri = $"http://{(options.TryGetValue("--port", out var at) ? $"127.0.0.1:{at}" : free.LocalEndpoint)}/callback";
        free.Stop();
        var (page, endpoint) = (Target.Parse(server.Text("authorization_endpoint")), Target.Parse(server.Text("token_endpoint")));
        var (id, secret) = await RegisterAsync(Target.Parse(server.Text("registration_endpoint")));
        if (!wire.MayAsk(page) || endpoint is null || id is null)
        {
            return null;
        }

        var (state, verifier) = (RandomNumberGenerator.GetHexString(64), RandomNumberGenerator.GetHexString(64));
        var hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var query = CreateForm(new() { ["response_type"] = "code", ["client_id"] = id, ["state"] = state, ["scope"] = scope,
            ["code_challenge"] = hash, ["code_challenge_method"] = "S256" });
        var redirect = await AskAsync($"{page!.AbsoluteUri}{(page.Query is "" ? '?' : '&')}{await query.ReadAsStringAsync()}");
        var answer = System.Web.HttpUtility.ParseQueryString(redirect?.Query ?? "");
        var (code, iss) = (answer["code"], answer["iss"]);
        var isFromIssuer = iss == issuer || (iss is null && !server.IsTrue("authorization_response_iss_parameter_supported"));
        var problem = redirect is null ? "No answer came: no browser opened, the port is taken, or five minutes are over."
            : answer["state"] != state ? "The answer has another state: it may belong to another sign-in."
            : !isFromIssuer ? $"The answer is not from the authorization server: iss is {iss ?? "missing"}"
            : code is null ? $"It is refused: {answer["error"]} {answer["error_description"]}" : null;
        var form = CreateForm(new() { ["grant_type"] = "authorization_code", ["client_id"] = id, ["client_secret"] = secret ?? "",
            ["code"] = code ?? "", ["code_verifier"] = verifier });
        var response = problem is null ? await wire.SendAsync(new(HttpMethod.Post, endpoint) { Content = form }) : null;
        var token = response?.Document.Text("access_token");
        problem ??= token is null ? $"The code gets no token. {response} {response?.Json.Text("error_description")}" : null;
        report.Check("sign-in", problem, "The browser comes back with a code, and the authorization server gives a token for it.",
            $"See what the browser shows. The authorization server must allow the client the redirect URI {_redirectUri}");
        return token;
    }

    private async Task<(string? Id, string? Secret)> RegisterAsync(Uri? endpoint)
    {
        var json = $$"""{ "client_name": "verify.cs", "redirect_uris": ["{{_redirectUri}}"], "application_type": "native", """
            + "\"token_endpoint_auth_method\": \"none\" }";
        var given = options.GetValueOrDefault("--client-id");
        var answer = given is not null || endpoint is null ? null
            : await wire.SendAsync(new(HttpMethod.Post, endpoint) { Content = Wire.CreateJson(json) });
        var id = given ?? answer?.Document.Text("client_id");
        report.Check("client", id is null ? $"It cannot register. {answer} {answer?.Json.Text("error_description")}" : null,
            "It has an id.", "Allow registration at the authorization server, or give a --client-id.");
        return (id, answer?.Document.Text("client_secret"));
    }

    private FormUrlEncodedContent CreateForm(Options fields) => new(fields.Append(new("redirect_uri", _redirectUri))
        .Append(new("resource", target.Url)).Where(field => field.Value is not ""));

    /// <summary>Opens the page in the browser, and returns the URL of the redirect that follows.</summary>
    private async Task<Uri?> AskAsync(string url)
    {
        using var listener = new HttpListener { Prefixes = { $"{_redirectUri}/" } };
        try
        {
            listener.Start();
            Console.Error.WriteLine($"  Sign in at {url}");
            var start = new ProcessStartInfo(url) { UseShellExecute = true };
            using var browser = options.ContainsKey("--no-browser") ? null : Process.Start(start);
            var context = await listener.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(5));
            context.Response.ContentType = "text/plain";
            context.Response.Close("You can go back to the terminal."u8.ToArray(), willBlock: true);
            return context.Request.Url;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return null;
        }
    }
}

/// <summary>Requests to servers that may be hostile: bounded in time and size, without redirects and cookies.</summary>
internal sealed class Wire(Uri target) : IDisposable
{
    private const string Newest = "2026-07-28";
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !target.IsLoopback });

    public bool MaySendToken => target.Scheme == "https" || target.IsLoopback;

    public static Uri Insert(Uri url, string name) =>
        new UriBuilder(url) { Path = $"/.well-known/{name}{url.AbsolutePath.TrimEnd('/')}", Query = "" }.Uri;

    public static StringContent CreateJson(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>Of the URLs that a server names: https elsewhere; this machine only if the server to verify is on it.</summary>
    public bool MayAsk(Uri? url) => url is not null && (url.IsLoopback ? target.IsLoopback
        : url.Scheme == "https" || url.GetLeftPart(UriPartial.Authority) == target.GetLeftPart(UriPartial.Authority));

    public async Task<Answer[]> GetAsync(params IEnumerable<Uri?> urls) =>
        await Task.WhenAll(urls.OfType<Uri>().Distinct().Select(url => SendAsync(new(HttpMethod.Get, url))));

    public async Task<Answer> ListToolsAsync(string token)
    {
        var hello = await CallAsync("initialize", token);
        if (hello.Document?["result"] is not JsonObject result)
        {
            // A server may have only the revision that knows no initialize.
            return hello.Status is 401 or 403 ? hello : await CallAsync("tools/list", token, Newest);
        }

        var (revision, session) = (result.Text("protocolVersion"), hello.Headers["Mcp-Session-Id"].FirstOrDefault());
        await CallAsync("notifications/initialized", token, revision, session);
        return await CallAsync("tools/list", token, revision, session);
    }

    /// <summary>Calls a method of MCP. Only here a token is sent, and only to the URL to verify.</summary>
    public async Task<Answer> CallAsync(string method, string? token, string? revision = null, string? session = null)
    {
        var newest = $"\"io.modelcontextprotocol/protocolVersion\": \"{Newest}\"";
        var parameters = method == "initialize"
            ? """{ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "verify.cs", "version": "1" } }"""
            : revision != Newest ? "{}" : $$"""{ "_meta": { {{newest}}, "io.modelcontextprotocol/clientCapabilities": {} } }""";
        var id = method.StartsWith("notifications/", StringComparison.Ordinal) ? "" : "\"id\": 1,";
        var json = $$"""{ "jsonrpc": "2.0", {{id}} "method": "{{method}}", "params": {{parameters}} }""";
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = CreateJson(json) };
        request.Headers.Authorization = token is null || !MaySendToken ? null : new("Bearer", token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", revision is null ? [] : [revision]);
        request.Headers.TryAddWithoutValidation("Mcp-Method", revision == Newest ? [method] : []);
        request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session is null ? [] : [session]);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        var url = request.RequestUri!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            using var response = !MayAsk(url) ? throw new HttpRequestException("It is neither https nor where the server is.")
                : await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            using var stream = await response.Content.ReadAsStreamAsync(timeout.Token);
            var (buffer, length, read, text) = (new byte[1024 * 1024], 0, 0, "");

            // A stream of events may stay open after the one that counts.
            while (Json.FindMessage(text) is null && (read = await stream.ReadAsync(buffer.AsMemory(length), timeout.Token)) > 0)
            {
                length += read;
                text = Encoding.UTF8.GetString(buffer, 0, length);
            }

            var headers = response.Headers.NonValidated.SelectMany(header => header.Value, (header, value) => (header.Key, value))
                .ToLookup(header => header.Key, header => header.value, StringComparer.OrdinalIgnoreCase);
            return new Answer(url, (int)response.StatusCode, headers, Json.FindMessage(text), "");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            var reason = exception is OperationCanceledException ? "It takes too long." : exception.GetBaseException().Message;
            return new Answer(url, 0, Array.Empty<string>().ToLookup(_ => ""), null, reason);
        }
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record Answer(Uri Url, int Status, ILookup<string, string> Headers, JsonObject? Json, string Failure)
{
    /// <summary>The JSON object, if it is not that of an error.</summary>
    public JsonObject? Document => Status is >= 200 and < 300 ? Json : null;

    public override string ToString() => $"{Url}: {(Status == 0 ? Failure : Json is null ? $"{Status}, no JSON" : Status)}";
}

/// <summary>A challenge of the scheme Bearer (RFC 9110, section 11.6.1).</summary>
internal sealed class Challenge
{
    private static readonly Regex s_part =
        new("""([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|[\w-]+""", RegexOptions.NonBacktracking);

    private readonly Options _parameters = new(StringComparer.OrdinalIgnoreCase);

    public string? this[string parameter] => _parameters.GetValueOrDefault(parameter);

    public static List<Challenge> Parse(IEnumerable<string> headers)
    {
        var (bearers, current) = (new List<Challenge>(), new Challenge());
        foreach (var groups in headers.SelectMany(header => s_part.Matches(header)).Select(part => part.Groups))
        {
            if (!groups[1].Success)
            {
                current = new Challenge();
                bearers.AddRange(groups[0].Value.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? [current] : []);
            }

            current._parameters.TryAdd(groups[1].Value, (groups[2].Value + groups[3].Value).Replace("\\", ""));
        }

        return bearers;
    }
}

internal static class Json
{
    public static JsonObject? Parse(string text, bool isSettings = false)
    {
        var comments = isSettings ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow;
        try
        {
            return JsonNode.Parse(text, new() { PropertyNameCaseInsensitive = isSettings }, new()
                { AllowDuplicateProperties = false, AllowTrailingCommas = isSettings, CommentHandling = comments }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The object that a body is, or the answer in a stream of events.</summary>
    public static JsonObject? FindMessage(string text) => Parse(text) ?? text.ReplaceLineEndings("\n").Split("\n\n")
        .Select(lines => Parse(string.Concat(Regex.Matches(lines, "(?m)^data:(.*)$").Select(line => line.Groups[1].Value))))
        .FirstOrDefault(message => message?.ContainsKey("id") is true);

    public static JsonObject? Decode(string part) =>
        Base64Url.IsValid(part) ? Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part))) : null;

    public static string? Text(this JsonObject? json, string name) => AsText(json?[name]);

    /// <summary>The texts of an array; a single text counts as an array of one.</summary>
    public static string[] Texts(this JsonObject json, string name) =>
        [.. (json[name] is JsonArray items ? items.Select(AsText) : [json.Text(name)]).OfType<string>()];

    public static double? Number(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    public static bool IsTrue(this JsonObject json, string name) => json[name]?.GetValueKind() == JsonValueKind.True;

    /// <summary>What is wrong with a text that has to be the expected one, in words; null if nothing is.</summary>
    public static string? Compare(string name, string expected, string? actual) => actual switch
    {
        null => $"{name} is missing.",
        _ when actual == expected => null,
        _ when actual.TrimEnd('/') == expected.TrimEnd('/') => $"{name} differs in the slash at the end: {actual}",
        _ when actual.Replace("http:", "https:") == expected => $"{name} is http instead of https: {actual}",
        _ => $"{name} is another one, not {expected}: {actual}",
    };

    private static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}

/// <summary>A line for each check, and one for the cure; or one JSON object for all.</summary>
internal sealed class Report(bool isJson)
{
    private readonly bool _hasColors = !Console.IsOutputRedirected && !OperatingSystem.IsWindows()
        && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    private readonly TextWriter _text = isJson ? TextWriter.Null : Console.Out;
    private readonly JsonArray _checks = [];

    /// <summary>What is never printed.</summary>
    public List<string> Secrets { get; } = [];

    public void Note(string text) => Console.Error.WriteLine(Clean(text));

    public void Step(string title) => _text.WriteLine($"\n{title}");

    public void Check(string id, string? problem, string good, string cure, bool isAdvice = false)
    {
        var (status, sign, color) = problem is null ? ("passed", '✓', 32)
            : isAdvice ? ("warning", '!', 33) : ("failed", '✗', 31);
        var (text, help) = (Clean(problem ?? good), problem is null ? null : Clean(cure));
        _checks.Add((JsonNode)new JsonObject { ["id"] = id, ["status"] = status, ["text"] = text, ["cure"] = help });
        _text.WriteLine($"{(_hasColors ? $"\e[{color}m{sign}\e[0m" : sign)} {text}{(help is null ? "" : $"\n  Cure: {help}")}");
    }

    /// <summary>Returns the exit code.</summary>
    public int End(Target target)
    {
        var failed = _checks.Count(check => (string?)check!["status"] == "failed");
        _text.WriteLine($"\n{_checks.Count} checks, {failed} failed.");
        var all = new JsonObject { ["url"] = target.Url, ["source"] = target.Source, ["failed"] = failed, ["checks"] = _checks };
        Console.Write(isJson ? $"{all}\n" : "");
        return Math.Min(failed, 63);
    }

    // What others have written could command the terminal, or repeat the token.
    private string Clean(string text)
    {
        Secrets.ForEach(secret => text = text.Replace(secret, "(token)"));
        text = Regex.Replace(text, @"[\p{C}\p{Zl}\p{Zp}]", character => $"\\u{(int)character.Value[0]:X4}");
        return text.Length > 600 ? $"{text[..600]}..." : text;
    }
}
