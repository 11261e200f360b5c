using Microsoft.TemplateEngine.Abstractions;
using Microsoft.TemplateEngine.Abstractions.Components;
using Microsoft.TemplateEngine.Abstractions.Mount;
using Microsoft.TemplateEngine.Abstractions.TemplatePackage;
using Microsoft.TemplateEngine.Edge;
using Microsoft.TemplateEngine.Edge.Mount.FileSystem;
using Microsoft.TemplateEngine.Edge.Settings;
using Microsoft.TemplateEngine.Edge.Template;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>The engine with the templates of the working tree. Its settings are in memory: there is no home that it could change.</summary>
internal static class TemplateEngineHost
{
    private static readonly EngineEnvironmentSettings s_settings = CreateSettings();
    private static readonly Lazy<Task<IReadOnlyList<ITemplateInfo>>> s_templates = new(ReadTemplatesAsync);

    public static async Task<CommandResult> RunAsync(TemplateCall call)
    {
        var templates = await s_templates.Value;
        var template = templates.Single(template => template.ShortNameList.Contains(call.Template));
        var result = await new TemplateCreator(s_settings).InstantiateAsync(template, call.Name, null, call.Output, call.Values);

        // As the command line has it.
        var exitCode = result.Status switch
        {
            CreationResultStatus.Success => 0,
            CreationResultStatus.DestructiveChangesDetected => 73,
            CreationResultStatus.TemplateIssueDetected => 101,
            _ => 100,
        };
        var error = exitCode == 0 ? "" : $"{result.ErrorMessage}\n\nFor details on the exit code, see {result.Status}.";
        var instructions = result.CreationResult?.PostActions.Select(action => action.ManualInstructions) ?? [];
        return new CommandResult($"new {call.Template} in process", exitCode, string.Join('\n', instructions), error);
    }

    public static async Task<IReadOnlyList<string>> GetLanguagesAsync()
    {
        using var scan = await new Scanner(s_settings).ScanAsync(
            Repository.Templates, logValidationResults: false, cancellationToken: CancellationToken.None);
        return
        [
            .. from template in scan.Templates
               from language in template.Localizations
               where language.Value.IsValid
               select $"{template.ShortNameList[0]} {language.Key}",
        ];
    }

    private static EngineEnvironmentSettings CreateSettings()
    {
        (Type, IIdentifiedComponent)[] components =
        [
            (typeof(IMountPointFactory), new FileSystemMountPointFactory()),
            (typeof(ITemplatePackageProviderFactory), new WorkingTree()),
            (typeof(IBindSymbolSource), new UnknownProject()),
            .. Microsoft.TemplateEngine.Orchestrator.RunnableProjects.Components.AllComponents,
        ];
        return new EngineEnvironmentSettings(
            new DefaultTemplateEngineHost("dotnetcli", Environment.Version.ToString(), builtIns: components), virtualizeSettings: true);
    }

    private static async Task<IReadOnlyList<ITemplateInfo>> ReadTemplatesAsync()
    {
        using var packages = new TemplatePackageManager(s_settings);
        return await packages.GetTemplatesAsync(CancellationToken.None);
    }

    /// <summary>Says what the command line says of a project that is not restored: nothing.</summary>
    private sealed class UnknownProject : IBindSymbolSource
    {
        public string DisplayName => "No project";

        public Guid Id { get; } = new("0f6a5f1c-6d43-4b5b-8f0e-5f6c4b6f6f57");

        public int Priority => 0;

        public string SourcePrefix => "msbuild";

        public bool RequiresPrefixMatch => true;

        public Task<string?> GetBoundValueAsync(
            IEngineEnvironmentSettings settings, string bindname, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }

    /// <summary>The folder "templates" of this repository, as if it were installed.</summary>
    private sealed class WorkingTree : ITemplatePackageProviderFactory, ITemplatePackageProvider
    {
        public event Action? TemplatePackagesChanged
        {
            add { }
            remove { }
        }

        public string DisplayName => "Working tree";

        public Guid Id { get; } = new("5e3f7a0c-6b5d-4c53-9d0e-0b7d5c1a9f13");

        public ITemplatePackageProviderFactory Factory => this;

        public ITemplatePackageProvider CreateProvider(IEngineEnvironmentSettings settings) => this;

        public Task<IReadOnlyList<ITemplatePackage>> GetAllTemplatePackagesAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ITemplatePackage>>(
                [new TemplatePackage(this, Repository.Templates, Directory.GetLastWriteTimeUtc(Repository.Templates))]);
    }
}
