using System.Text;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>Who sends a request to an existing app.</summary>
public enum Caller
{
    Nobody,

    /// <summary>Someone with the cookie that POST /login gives.</summary>
    SignedIn,

    /// <summary>A holder of a token of the issuer that the app had before.</summary>
    OwnToken,

    /// <summary>A holder of a token for the MCP endpoint, with all scopes.</summary>
    McpToken,
}

/// <summary>A request to an existing app, whose answer must be the same after the wiring.</summary>
internal sealed record OwnRequest(string Method, string Path)
{
    public Caller By { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string? Form { get; init; }

    public int UploadSize { get; init; }

    /// <summary>The MCP tool that is called, without a token before the wiring and with one afterwards.</summary>
    public string? Tool { get; init; }

    /// <summary>How often it is sent, each time with an answer of its own.</summary>
    public int Times { get; init; } = 1;

    /// <summary>False where chance decides on the text.</summary>
    public bool HasStableBody { get; init; } = true;

    public static OwnRequest Get(string path, params (string Name, string Value)[] headers) => new("GET", path) { Headers = headers };

    public static OwnRequest Preflight(string path, string origin, string method, string? headers = null)
    {
        List<(string, string)> all = [("Origin", origin), ("Access-Control-Request-Method", method)];
        if (headers is not null)
        {
            all.Add(("Access-Control-Request-Headers", headers));
        }

        return new OwnRequest("OPTIONS", path) { Headers = all };
    }

    public static OwnRequest Upload(string path, int size) => new("POST", path) { UploadSize = size };

    public static OwnRequest CallTool(string name) => new("POST", "/mcp") { Tool = name };

    public OwnRequest As(Caller caller) => this with { By = caller };

    public OwnRequest Repeat(int times) => this with { Times = times };

    public HttpRequestMessage ToMessage()
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), Path);
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Form is not null)
        {
            request.Content = new StringContent(Form, Encoding.UTF8, "application/x-www-form-urlencoded");
        }
        else if (UploadSize > 0)
        {
            request.Content = new ByteArrayContent(new byte[UploadSize]);
        }

        return request;
    }

    public override string ToString() => $"{Method} {Path} {Tool} by {By}, {string.Join(", ", Headers)}";
}
