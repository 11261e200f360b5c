using System.Reflection;
using System.Runtime.Loader;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// What "dotnet new" does, without the process: the engine of the SDK in this one, which takes a tenth of the time. It is for what is
/// made in bulk. The command line itself and the post actions are not in it; FrontDoorTests say that both write the same bytes.
/// </summary>
internal static class TemplateEngine
{
    private static readonly SemaphoreSlim s_oneAtATime = new(1);

    // Its assemblies stay where they are, in the SDK. TemplateEngineHost has all code that names them, so that none is looked for before.
    static TemplateEngine() => AssemblyLoadContext.Default.Resolving += (context, name) =>
    {
        var assembly = Path.Combine(Sdk, name.Name + ".dll");
        return File.Exists(assembly) ? context.LoadFromAssemblyPath(assembly) : null;
    };

    /// <summary>The folder of the SDK that has built these tests.</summary>
    public static string Sdk { get; } = typeof(TemplateEngine).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SdkFolder").Value!;

    /// <summary>Takes the arguments of "dotnet new", and answers as it does: with its exit code and its words.</summary>
    public static async Task<CommandResult> RunAsync(string workingDirectory, params string[] arguments)
    {
        var call = TemplateCall.Parse(workingDirectory, arguments);
        await s_oneAtATime.WaitAsync();
        try
        {
            return await TemplateEngineHost.RunAsync(call);
        }
        finally
        {
            s_oneAtATime.Release();
        }
    }

    /// <summary>The languages that the engine takes, as "template language".</summary>
    public static Task<IReadOnlyList<string>> GetLanguagesAsync() => TemplateEngineHost.GetLanguagesAsync();
}
