using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>Ten kinds of edits that owners make, and how each is found again, wherever the server is.</summary>
internal static class OwnEdits
{
    public static void Apply(string project)
    {
        var server = FindServer(project);
        Write(server, "Tools/OwnTools.cs", """
            using System.ComponentModel;
            using Microsoft.AspNetCore.Authorization;
            using ModelContextProtocol.Server;

            namespace TodoServer.Tools;

            [McpServerToolType]
            internal sealed class OwnTools
            {
                [McpServerTool(Name = "own_tool"), Description("Of the owner."), Authorize]
                public static string Own() => "own";
            }
            """);
        Write(server, "OwnHelper.cs", """
            using System.Globalization;

            namespace TodoServer;

            internal static class OwnHelper
            {
                public const string Scope = Scopes.Own;

                public static string Culture => CultureInfo.CurrentCulture.Name;
            }
            """);
        const string Implied = "    /// <summary>\n    /// Broad scopes";
        Edit(server, "Scopes.cs", Implied, $"    public const string Own = \"own:scope\";\n\n{Implied}");
        Edit(server, "Program.cs", "using TodoServer;\n", "using System.Globalization;\nusing TodoServer;\n");
        Edit(server, "Program.cs", "CreateBuilder(args);\n", "CreateBuilder(args);\nCultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // Own line.\nbuilder.Services.AddMcpServer().WithTools<OwnTools>();\n");
        Edit(server, "Program.cs", "app.Run();", "app.MapGet(\"/own\", () => OwnHelper.Culture);\napp.Run();");
        Edit(server, "appsettings.json", "{\n  \"OAuth\"", "{\n  \"Own\": \"setting\",\n  \"OAuth\"");
        Edit(server, "TodoServer.csproj", "    <Nullable>enable</Nullable>\n", "    <Nullable>enable</Nullable>\n    <UserSecretsId>own-secrets</UserSecretsId>\n");
        Edit(project, "README.md", "Compare subjects ordinally", "A paragraph of the owner.\n\nCompare subjects ordinally");
        Edit(server, "Authorization/ResourceUrl.cs", "namespace ", "// A comment of the owner.\nnamespace ");
        Arrange(project);
    }

    /// <summary>Those edits that update.cs makes to what the templates make, before it merges: they are no change of a text.</summary>
    public static void Arrange(string project)
    {
        var server = FindServer(project);
        Directory.Move(Path.Combine(server, "Hosting"), Path.Combine(server, "Host"));
        Edit(server, "Authorization/OAuthDefaults.cs", "\n", "\r\n");
        File.Delete(Path.Combine(server, "TodoServer.http"));
    }

    /// <summary>What is not there any more, by name.</summary>
    public static IEnumerable<string> FindLost(string project)
    {
        var server = FindServer(project);
        (string Name, bool IsThere)[] edits =
        [
            ("tool", Has(server, "Tools/OwnTools.cs", "own_tool")),
            ("file at the root", Has(server, "OwnHelper.cs", "OwnHelper")),
            ("scope", Has(server, "Scopes.cs", "\"own:scope\"")),
            ("using", Has(server, "Program.cs", "using System.Globalization;")),
            ("line", Has(server, "Program.cs", "// Own line.")),
            ("endpoint", Has(server, "Program.cs", "app.MapGet(\"/own\"")),
            ("setting", Has(server, "appsettings.json", "\"Own\": \"setting\"")),
            ("property of the project", Has(server, "TodoServer.csproj", "own-secrets")),
            ("paragraph", Has(project, "README.md", "A paragraph of the owner.")),
            ("comment", Has(server, "Authorization/ResourceUrl.cs", "// A comment of the owner.")),
            ("name of the folder", Has(server, "Host/Health.cs", "namespace") && !Directory.Exists(Path.Combine(server, "Hosting"))),
            ("line endings", Has(server, "Authorization/OAuthDefaults.cs", "\r\n")),
            ("deletion", !File.Exists(Path.Combine(server, "TodoServer.http"))),
        ];
        return edits.Where(edit => !edit.IsThere).Select(edit => edit.Name);
    }

    public static string FindServer(string project)
    {
        var inSolution = Path.Combine(project, "src", "TodoServer");
        return Directory.Exists(inSolution) ? inSolution : project;
    }

    private static bool Has(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) && File.ReadAllText(path).Contains(text, StringComparison.Ordinal);
    }

    private static void Write(string folder, string file, string text) => File.WriteAllText(Path.Combine(folder, file), text + "\n");

    private static void Edit(string folder, string file, string before, string after) => NextVersion.Edit(folder, file, before, after);
}
