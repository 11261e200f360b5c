using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Wiring;

/// <summary>
/// An app that someone has already, to which the protection is added. It comes from a template of the SDK, or from the folder of its
/// name below Fixtures/ExistingApps.
/// </summary>
internal sealed record ExistingApp(string Name)
{
    /// <summary>The arguments of "dotnet new", if a template makes it.</summary>
    public IReadOnlyList<string> Template { get; init; } = [];

    /// <summary>The folder below Fixtures/ExistingApps.</summary>
    public string Fixture { get; init; } = Name;

    /// <summary>The packages that it uses, beside the SDK of MCP, with their versions.</summary>
    public IReadOnlyList<(string Name, string Version)> Packages { get; init; } = [];

    /// <summary>What its owner has changed in what the template made.</summary>
    public IReadOnlyList<Edit> Edits { get; init; } = [];

    /// <summary>What its owner changes after the wiring.</summary>
    public IReadOnlyList<Edit> LaterEdits { get; init; } = [];

    /// <summary>The environment in which it runs.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>The requests whose answers must stay as they are.</summary>
    public IReadOnlyList<OwnRequest> Requests { get; init; } = [];

    /// <summary>The path of OAuth:Resource.</summary>
    public string McpPath { get; init; } = "/mcp";

    /// <summary>Whether the line that stands "before builder.Build()" stands before everything else, too.</summary>
    public bool IsProtectedFirst { get; init; }

    /// <summary>Whether it has the tools of the todo sample only, as the tests of the servers expect.</summary>
    public bool HasOnlySampleTools { get; init; }

    public bool SignsIn => Requests.Any(request => request.By == Caller.SignedIn);

    /// <summary>Whether it is as another one was before, so that one is enough.</summary>
    public bool IsAsAnother => Fixture != Name;

    public string Before => GetFolder(Fixture, "before");

    public string After => GetFolder(Name, "after");

    public static string GetAssembly(string folder) => Path.Combine(folder, "bin", "Debug", "net10.0", "TodoServer.dll");

    /// <summary>The URL of the MCP endpoint.</summary>
    public string GetResource(ServerProcess server) => server.Address.GetLeftPart(UriPartial.Authority) + McpPath;

    public override string ToString() => Name;

    private static string GetFolder(string name, string state) =>
        Path.Combine(Infrastructure.Template.Sandbox, "existing", name, state);
}

/// <summary>A change of a file: what stands there once, and what stands there then.</summary>
internal sealed record Edit(string File, string Before, string After)
{
    public async Task ApplyAsync(string folder)
    {
        var path = Path.Combine(folder, File);
        var text = (await System.IO.File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        Assert.True(text.Split(Before).Length == 2, $"\"{Before}\" does not stand once in {path}:\n{text}");
        await System.IO.File.WriteAllTextAsync(path, text.Replace(Before, After, StringComparison.Ordinal));
    }
}
