using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using McpOAuthTemplates.Tests.Updates;

namespace McpOAuthTemplates.Tests.Skill;

/// <summary>
/// The folders in which the requests of SKILL.md are carried out: what is there before, and the commands and edits
/// that make and change files.
/// </summary>
internal static partial class SkillWorkspace
{
    private static SkillCommand CreationOfTodoServer => SkillExample.All[0].Commands.First();

    public static string GetFolder(int number, string name = "") =>
        Path.Combine(Template.Sandbox, "skill", $"{number}", name);

    /// <summary>Carries out the steps of a request, and returns the folder in which its commands run.</summary>
    public static async Task<string> PrepareAsync(SkillExample example)
    {
        var folder = await CreateExistingAsync(example.Number);
        foreach (var step in example.Preparation)
        {
            await PrepareAsync(folder, step);
        }

        return folder;
    }

    /// <summary>Makes the server of request 1 once more, for another request.</summary>
    public static async Task<string> CreateTodoServerAsync(int number)
    {
        Directory.CreateDirectory(GetFolder(number));
        (await CreateAsync(GetFolder(number), CreationOfTodoServer)).ShouldSucceed();
        return GetFolder(number, "TodoServer");
    }

    /// <summary>Runs "dotnet new" as the command says, whatever comes of it.</summary>
    public static Task<CommandResult> CreateAsync(string folder, SkillCommand command)
    {
        string[] words = [.. command.Words.Skip(2)];

        // Their post actions, and what they learn of the project, need the command line.
        if (command.Template is "mcp-oauth-wiring" or "mcp-oauth-tool")
        {
            return Template.RunAsync(folder, [.. words, "--no-update-check"]);
        }

        // The command line makes a folder of the name.
        if (command.Template == "mcp-oauth" && command.GetOption("-o") is null)
        {
            words = [.. words, "-o", command.GetOption("-n")!];
        }

        return TemplateEngine.RunAsync(folder, words);
    }

    public static async Task RestoreAsync(string folder) =>
        (await Dotnet.RunAsync(folder, "restore")).ShouldSucceed();

    /// <summary>What is there before the request, as SKILL.md says. New servers begin in an empty folder.</summary>
    private static async Task<string> CreateExistingAsync(int number)
    {
        switch (number)
        {
            case 4:
                return await CreateMathServerAsync(GetFolder(4, "MathServer"));
            case 5:
                UpdateProgram.CopyFolder(GetFolder(4), GetFolder(5));
                await RestoreAsync(GetFolder(5, "MathServer"));
                return GetFolder(5, "MathServer");
            case 6:
                return GetFolder(5, "MathServer");
            case 7:
                var folder = await CreateTodoServerAsync(7);
                await GitRepository.CreateAsync(folder);
                return folder;
            default:
                return Directory.CreateDirectory(GetFolder(number)).FullName;
        }
    }

    private static async Task<string> CreateMathServerAsync(string folder)
    {
        string[] options = ["--transport", "remote", "--self-contained", "false", "--no-restore"];
        var created = await Template.RunAsync(
            Template.Sandbox, ["mcpserver", "-n", "MathServer", "-o", folder, .. options]);
        created.ShouldSucceed();

        // The version of the template is not in the registry that CI uses.
        var project = Path.Combine(folder, "MathServer.csproj");
        var text = await File.ReadAllTextAsync(project);
        await File.WriteAllTextAsync(project, SdkVersion.Replace(text, "$1\"2.4.0\""));
        return folder;
    }

    private static async Task PrepareAsync(string folder, ISkillStep step)
    {
        switch (step)
        {
            case SkillEdit edit:
                await edit.Edit.ApplyAsync(folder);
                break;
            case SkillCommand { IsRestore: true }:
                await RestoreAsync(folder);
                break;
            case SkillCommand { IsUpdate: true } update:
                await UpdateAsync(folder, update);
                break;
            case SkillCommand command:
                (await CreateAsync(folder, command)).ShouldSucceed();
                break;
        }
    }

    /// <summary>
    /// As in the tests of the update, the program gets what was made before: the server of request 1, as it was and
    /// with the other options.
    /// </summary>
    private static async Task UpdateAsync(string folder, SkillCommand update)
    {
        Assert.True(File.Exists(Path.Combine(folder, update.Words[1])), "The program is not there.");
        string[] options = [.. update.Words.Skip(2)];
        var current = GetFolder(7, "current");
        var creation = new SkillCommand([.. CreationOfTodoServer.Words, .. options, "-o", current]);
        (await CreateAsync(Template.Sandbox, creation)).ShouldSucceed();

        var old = GetFolder(1, "TodoServer");
        string[] arguments = [.. options, "--version", UpdateProgram.OldVersion];
        var result = await UpdateProgram.RunAsync(folder, old, current, arguments);
        Assert.True(result.ExitCode == 0, result.Text);
    }

    [GeneratedRegex("(Include=\"ModelContextProtocol.AspNetCore\" Version=)\"[^\"]*\"")]
    private static partial Regex SdkVersion { get; }
}
