using System.Diagnostics;
using System.Text.RegularExpressions;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// The commands of a README, in one shell. A test takes block after block by its beginning, so that it fails when the README has
/// one that nobody has run.
/// </summary>
internal sealed partial class ShellCommands
{
    private readonly string _markdown;
    private readonly List<string> _blocks;
    private readonly string _shell;
    private readonly string _home;
    private readonly Func<string, string> _adapt;

    /// <param name="markdown">The text of the README.</param>
    /// <param name="shell">"bash" or "pwsh".</param>
    /// <param name="home">The home folder of dotnet.</param>
    /// <param name="adapt">What makes a command fit for a test, such as a free port in place of the one in the text.</param>
    public ShellCommands(string markdown, string shell, string home, Func<string, string> adapt)
    {
        _markdown = markdown;
        _blocks = [.. Block.Matches(markdown).Select(match => match.Groups[1].Value)];
        _shell = shell;
        _home = home;
        _adapt = adapt;
    }

    /// <summary>The blocks that no test has run yet.</summary>
    public IReadOnlyList<string> Rest => _blocks;

    /// <summary>Leaves out the blocks that are the same in another README, whose test runs them.</summary>
    public void LeaveOut(string markdown) =>
        _blocks.RemoveAll(block => Block.Matches(markdown).Any(match => match.Groups[1].Value == block));

    /// <summary>Takes the block that begins so.</summary>
    private string Take(string beginning)
    {
        var block = Assert.Single(_blocks, block => block.StartsWith(beginning, StringComparison.Ordinal));
        _blocks.Remove(block);
        return block;
    }

    /// <summary>Runs the block that begins so, to its end.</summary>
    public async Task<CommandResult> RunAsync(string folder, string beginning) =>
        (await Dotnet.RunAsync(GetStartInfo(folder, beginning))).ShouldSucceed();

    /// <summary>Runs a command that stands in a sentence.</summary>
    public async Task<CommandResult> RunInlineAsync(string folder, string command)
    {
        Assert.Contains($"`{command}`", _markdown, StringComparison.Ordinal);
        return (await Dotnet.RunAsync(CreateStartInfo(folder, command))).ShouldSucceed();
    }

    /// <summary>Starts the block that begins so: its last command runs until the test ends it.</summary>
    public LoggedProcess Start(string folder, string beginning) =>
        LoggedProcess.Start(GetStartInfo(folder, beginning));

    /// <summary>The process that runs the block that begins so, for a test that starts it itself.</summary>
    public ProcessStartInfo GetStartInfo(string folder, string beginning) => CreateStartInfo(folder, Take(beginning));

    private ProcessStartInfo CreateStartInfo(string folder, string block)
    {
        var command = _adapt(block);
        string[] commandLine = _shell == "bash" ? ["bash", "-e", "-c", command] : PowerShell.GetCommandLine(command);
        var start = Dotnet.CreateStartInfo(folder, _home, commandLine[1..]);
        start.FileName = commandLine[0];

        // Where dotnet keeps what it builds of single files.
        start.Environment["XDG_DATA_HOME"] = _home;
        return CompilerServer.Use(start);
    }

    [GeneratedRegex("^```shell\n(.*?)\n```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block { get; }
}
