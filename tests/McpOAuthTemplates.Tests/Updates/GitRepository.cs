using System.Security.Cryptography;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Updates;

/// <summary>A repository of an owner, with settings of its own.</summary>
internal sealed record GitRepository(string Folder)
{
    /// <summary>Makes a repository of what is in the folder.</summary>
    public static async Task<GitRepository> CreateAsync(string folder)
    {
        var repository = new GitRepository(folder);
        await repository.RunAsync("init", "--quiet", "--initial-branch=main");
        await repository.CommitAsync("Generated");
        return repository;
    }

    public async Task CommitAsync(string message)
    {
        await RunAsync("add", "--all");
        await RunAsync("-c", "user.name=owner", "-c", "user.email=owner@localhost", "commit", "--quiet", "--message", message);
    }

    public Task<string> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    public async Task<string> RunAsync(string[] arguments, (string Name, string Value)[] environment)
    {
        var result = await TryAsync(arguments, environment);
        return result.ShouldSucceed().Output.TrimEnd('\n');
    }

    public Task<CommandResult> TryAsync(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = LoggedProcess.CreateStartInfo(Folder, "git", arguments);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Dotnet.RunAsync(start);
    }

    public Task<string> GetStatusAsync() => RunAsync("status", "--porcelain");

    /// <summary>Each file with its content, those of git included.</summary>
    public Dictionary<string, string> ReadAll() => Repository.EnumerateFiles(Folder)
        .ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file)))));
}
