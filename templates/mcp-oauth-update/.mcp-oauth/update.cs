#:property TargetFramework=net10.0
#:property PublishAot=false
#:property ImplicitUsings=disable
#:property Nullable=enable
#:property LangVersion=latest

// Brings this project to another version of the templates that made it, to other options, or both:
//
//     dotnet .mcp-oauth/update.cs --dry-run
//     dotnet .mcp-oauth/update.cs --provider entra --docker
//
// It makes the project twice in a temporary folder, as it was made and as it would be made now, and
// lets git merge the difference into what you have made of it. It needs nothing but git, and
// removes itself when it is done. The files beside it keep settings of folders above away from it.

using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Options = System.Collections.Generic.Dictionary<string, string[]>;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
try
{
    var commandLine = CommandLine.Parse(args);
    if (commandLine.IsHelp)
    {
        Console.Write(CommandLine.Usage);
        return 0;
    }

    using var temporary = new TemporaryFolder();
    return new Update(commandLine, temporary.Path).Run();
}
catch (Refusal refusal)
{
    Console.Error.WriteLine(refusal.Message);
    return (int)refusal.ExitCode;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
{
    Console.Error.WriteLine(exception.Message);
    return (int)ExitCode.Failed;
}

internal enum ExitCode
{
    Updated = 0,
    Conflicts = 1,
    Usage = 64,
    TemplateRefuses = 65,
    NoRecord = 66,
    NoGit = 67,
    ChangedFiles = 68,
    Unfinished = 69,
    Failed = 70,
    NoOldPack = 71,
    NoNewPack = 72,
}

/// <summary>Says why nothing was changed.</summary>
internal sealed class Refusal(ExitCode exitCode, string message) : Exception(message)
{
    public ExitCode ExitCode { get; } = exitCode;
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mcp-oauth-update-").FullName;

    public void Dispose()
    {
        try
        {
            // Objects of git are read-only, which matters on Windows.
            foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(file, FileAttributes.Normal);
            }

            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The system empties its folder for temporary files later. The update is done.
        }
    }
}

internal sealed class CommandLine
{
    public const string Usage = """
        Usage: dotnet .mcp-oauth/update.cs [OPTIONS]     This text: dotnet .mcp-oauth/update.cs -- --help

        Brings this project to the newest version of McpOAuthTemplates. Commit your work before.

          --dry-run             say what would change, and change nothing
          --version VERSION     that version instead of the newest one
          --add-source SOURCE   also look for the package there: a folder, or the URL of a feed

        and any option of the template that is to be another than before, such as
        --provider entra --docker --dev-auth false

        Exit code: 0 updated, 1 there are conflicts to resolve; otherwise nothing was changed:
        64 wrong arguments, 65 refused by the template, 66 no record of the project,
        67 no git, 68 files are not committed, 69 a merge or rebase is not finished, 70 failed,
        71 the old version cannot be had, 72 the new version cannot be had

        """;

    public bool IsHelp { get; private set; }

    public bool IsDryRun { get; private set; }

    public string? Version { get; private set; }

    public List<string> Sources { get; } = [];

    /// <summary>Options of the template, with "true" for one that has no value.</summary>
    public Options Changes { get; } = [];

    public static CommandLine Parse(string[] args)
    {
        var commandLine = new CommandLine();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var argument))
        {
            commandLine.Add(argument, rest);
        }

        return commandLine;
    }

    private void Add(string argument, Queue<string> rest)
    {
        if (!IsOption(argument))
        {
            throw new Refusal(ExitCode.Usage, $"{argument} is no option.\n\n{Usage}");
        }

        switch (argument)
        {
            case "--help":
                IsHelp = true;
                return;
            case "--dry-run":
                IsDryRun = true;
                return;
        }

        var parts = argument.Split('=', 2);
        var value = parts.Length > 1 ? parts[1] : ReadValue(rest);
        switch (parts[0])
        {
            case "--version":
                Version = value ?? throw MissingValue(parts[0]);
                break;
            case "--add-source":
                Sources.Add(GetSource(value ?? throw MissingValue(parts[0])));
                break;
            default:
                var before = Changes.GetValueOrDefault(parts[0], []);
                Changes[parts[0]] = [.. before, value ?? "true"];
                break;
        }
    }

    private static string GetSource(string value) =>
        Directory.Exists(value) ? Path.GetFullPath(value) : value;

    private static string? ReadValue(Queue<string> rest)
    {
        if (!rest.TryPeek(out var next) || IsOption(next))
        {
            return null;
        }

        return rest.Dequeue();
    }

    private static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private static Refusal MissingValue(string option) => new(ExitCode.Usage, $"{option} needs a value.");
}

/// <summary>From the record of the project to its new state.</summary>
internal sealed class Update(CommandLine commandLine, string temporary)
{
    private readonly Report _report = new();

    /// <summary>Returns the exit code.</summary>
    public int Run()
    {
        var tool = new UpdateFiles();
        var project = FindProject(tool.Folder);
        var record = Record.Read(Path.Combine(project, Record.FileName));
        var git = Git.Open(project, temporary, leavesNoTrace: commandLine.IsDryRun);
        git.RequireThatAllIsCommitted();

        var packs = new PackSource(project, commandLine.Sources, temporary);
        var (oldPack, newPack) = packs.Install(record.Version, commandLine.Version);
        RequireNewer(oldPack, newPack);
        var template = newPack.ReadTemplate(record.Template);
        var options = GetNewOptions(record, template);
        var target = $"{newPack.Version}{Describe(commandLine.Changes)}";
        if (newPack.Version == record.Version && HaveSameValues(options, record.Options))
        {
            Console.WriteLine($"The project is made by {target} already: there is nothing to do.");
            return End(tool, hasConflicts: false);
        }

        Console.WriteLine($"From {record.Version} to {target}");
        var oldOptions = record.GetKnownOptions(oldPack.ReadTemplate(record.Template));
        var oldTree = new GeneratedTree(Path.Combine(temporary, "old"), git.Prefix, record.Name);
        var newTree = new GeneratedTree(Path.Combine(temporary, "new"), git.Prefix, record.Name);
        var making = Task.WhenAll(
            Task.Run(() => oldPack.Generate(record, oldOptions, oldTree.Folder)),
            Task.Run(() => newPack.Generate(record, options, newTree.Folder)));
        making.GetAwaiter().GetResult();

        var arrangement = new Arrangement(git, project, oldTree, newTree, _report);
        var merge = Merge.Run(git, arrangement);
        _report.AddPackages(project, Record.Read(Path.Combine(newTree.Folder, Record.FileName)));
        if (commandLine.IsDryRun)
        {
            _report.WriteDryRun(merge, newPack.Version);
            return End(tool, merge.HasConflicts);
        }

        merge.Apply(newPack.Version);
        arrangement.DeleteBuildOutput();
        _report.Write(merge, newPack.Version);
        return End(tool, merge.HasConflicts);
    }

    private int End(UpdateFiles tool, bool hasConflicts)
    {
        if (hasConflicts)
        {
            return (int)ExitCode.Conflicts;
        }

        if (!commandLine.IsDryRun)
        {
            tool.Delete();
        }

        return (int)ExitCode.Updated;
    }

    private static string FindProject(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, Record.FileName)))
            {
                return place.FullName;
            }
        }

        throw new Refusal(
            ExitCode.NoRecord,
            $"Neither {folder} nor a folder above it has the file {Record.FileName}, which says how the "
            + "project was made.");
    }

    // A feed that has not got the version of the project yet must not take it back.
    private void RequireNewer(Pack oldPack, Pack newPack)
    {
        var isOlder = PackageVersion.Compare(newPack.Version, oldPack.Version) < 0;
        if (isOlder && commandLine.Version is null)
        {
            throw new Refusal(
                ExitCode.NoNewPack,
                $"The newest version to be had is {newPack.Version}, and the project is made by "
                + $"{oldPack.Version}. --version {newPack.Version} goes back to it.");
        }
    }

    private Options GetNewOptions(Record record, Record template)
    {
        foreach (var option in commandLine.Changes.Keys.Where(name => !template.Options.ContainsKey(name)))
        {
            throw new Refusal(
                ExitCode.Usage,
                $"{record.Template} {template.Version} has no option {option}. It has "
                + $"{string.Join(", ", template.Options.Keys)}.");
        }

        var options = record.GetKnownOptions(template);
        foreach (var option in record.Options.Keys.Except(options.Keys))
        {
            _report.AddUndone($"{option} is no option any more: its value is dropped.");
        }

        foreach (var (option, values) in commandLine.Changes)
        {
            options[option] = values;
        }

        return options;
    }

    private static bool HaveSameValues(Options options, Options others) =>
        options.Count == others.Count && options.All(option => HasValue(others, option.Key, option.Value));

    // The engine writes True and False.
    private static bool HasValue(Options options, string name, string[] values) =>
        options.TryGetValue(name, out var others)
        && values.SequenceEqual(others, StringComparer.OrdinalIgnoreCase);

    private static string Describe(Options changes)
    {
        if (changes.Count == 0)
        {
            return "";
        }

        var words = changes.Select(change => $"{change.Key} {string.Join(' ', change.Value)}");
        return $" with {string.Join(' ', words)}";
    }
}

/// <summary>This file and those beside it, which "dotnet new mcp-oauth-update" has written.</summary>
internal sealed class UpdateFiles
{
    private static readonly string[] s_names =
    [
        "update.cs", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
        ".editorconfig",
    ];

    public string Folder { get; } =
        (string)AppContext.GetData("EntryPointFileDirectoryPath")!;

    public void Delete()
    {
        foreach (var name in s_names)
        {
            File.Delete(Path.Combine(Folder, name));
        }
    }
}

/// <summary>What a project says of how it was made.</summary>
internal sealed partial class Record
{
    public const string FileName = ".mcp-oauth/project.json";

    private Record(JsonNode json)
    {
        Template = Require(json["template"], TemplateName);
        Version = Require(json["version"], VersionText);
        Name = (string)json["name"]!;
        foreach (var (option, value) in json["options"]!.AsObject())
        {
            Options[option] = GetValues(value!);
        }

        foreach (var (package, version) in json["packages"]?.AsObject() ?? [])
        {
            Packages[package] = (string)version!;
        }
    }

    public string Template { get; }

    public string Version { get; }

    public string Name { get; }

    public Options Options { get; } = [];

    /// <summary>Packages that the template adds to a project that is not its own.</summary>
    public Dictionary<string, string> Packages { get; } = [];

    public static Record Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new Refusal(ExitCode.NoRecord, $"{path} is no record of a project: {exception.Message}");
        }
    }

    public static Record Parse(string text) => new(JsonNode.Parse(text)!);

    public Options GetKnownOptions(Record template) =>
        Options.Where(option => template.Options.ContainsKey(option.Key)).ToDictionary();

    private static string[] GetValues(JsonNode value) =>
        value is JsonArray list ? [.. list.Select(item => (string)item!)] : [(string)value!];

    // They become arguments of a command.
    private static string Require(JsonNode? value, Regex format)
    {
        var text = (string?)value ?? "";
        if (!format.IsMatch(text))
        {
            throw new JsonException($"\"{text}\" is not what it should be.");
        }

        return text;
    }

    [GeneratedRegex(@"^mcp-oauth(-[a-z]+)?\z")]
    private static partial Regex TemplateName { get; }

    [GeneratedRegex(@"^[0-9][0-9A-Za-z.+-]*\z")]
    private static partial Regex VersionText { get; }
}

internal static class PackageVersion
{
    /// <summary>As NuGet does it: a version with a suffix comes before that without.</summary>
    public static int Compare(string version, string other)
    {
        var parts = version.Split('+')[0].Split('-', 2);
        var others = other.Split('+')[0].Split('-', 2);
        var numbers = ParseNumbers(parts[0]).CompareTo(ParseNumbers(others[0]));
        if (numbers != 0)
        {
            return numbers;
        }

        var hasSuffix = parts.Length > 1;
        if (hasSuffix && others.Length > 1)
        {
            return string.Compare(parts[1], others[1], StringComparison.OrdinalIgnoreCase);
        }

        return others.Length - parts.Length;
    }

    private static Version ParseNumbers(string text) =>
        System.Version.TryParse(text, out var version) ? version : new Version(0, 0);
}

/// <summary>A program with its output as text.</summary>
internal static class Command
{
    public static (int ExitCode, string Output, string Error) Run(ProcessStartInfo start, string input = "")
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardInputEncoding = utf8;
        start.StandardOutputEncoding = utf8;
        start.StandardErrorEncoding = utf8;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}

/// <summary>Where versions of the package come from: the feeds of the project, as for its own packages.</summary>
internal sealed class PackSource(string project, List<string> sources, string temporary)
{
    private const string Package = "McpOAuthTemplates";

    /// <summary>That of the project, and the one to which it goes: the newest if none is named.</summary>
    public (Pack Old, Pack New) Install(string oldVersion, string? newVersion)
    {
        var oldPack = Task.Run(() => Install("old-hive", oldVersion, ExitCode.NoOldPack));
        var newPack = oldPack;
        if (oldVersion != newVersion)
        {
            newPack = Task.Run(() => Install("new-hive", newVersion, ExitCode.NoNewPack));
        }

        Task.WhenAll(oldPack, newPack).GetAwaiter().GetResult();
        return (oldPack.Result, newPack.Result);
    }

    // Each into settings of its own: those of the user stay as they are, and hold one version only.
    private Pack Install(string name, string? version, ExitCode ifMissing)
    {
        var hive = Path.Combine(temporary, name);
        var package = Package + (version is null ? "" : "@" + version);
        List<string> arguments = ["new", "install", package, "--debug:custom-hive", hive];
        foreach (var source in sources)
        {
            arguments.AddRange(["--add-source", source]);
        }

        var (exitCode, output, error) = Command.Run(Dotnet.CreateStartInfo(project, arguments));
        var file = Directory.CreateDirectory(hive)
            .EnumerateFiles("*.nupkg", SearchOption.AllDirectories).FirstOrDefault();
        if (exitCode != 0 || file is null)
        {
            throw new Refusal(
                ifMissing,
                $"{package} cannot be had. If it is in another feed, name it with --add-source.\n\n"
                + $"{output}{error}".Trim());
        }

        return new Pack(hive, file.FullName, version);
    }
}

internal static class Dotnet
{
    public static ProcessStartInfo CreateStartInfo(string folder, IEnumerable<string> arguments)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        var start = new ProcessStartInfo(host ?? "dotnet", arguments) { WorkingDirectory = folder };
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }
}

/// <summary>A version of the package, installed where nobody else sees it.</summary>
internal sealed partial class Pack(string hive, string file, string? version)
{
    public string Version { get; } = version ?? ReadVersion(file);

    /// <summary>The record as it stands in the template: it has all options.</summary>
    public Record ReadTemplate(string template)
    {
        using var package = ZipFile.OpenRead(file);
        var entry = package.Entries.FirstOrDefault(entry =>
            entry.FullName.StartsWith($"content/{template}/", StringComparison.Ordinal)
            && entry.FullName.EndsWith(Record.FileName, StringComparison.Ordinal));
        if (entry is null)
        {
            throw new Refusal(
                ExitCode.NoNewPack,
                $"What {template} {Version} makes cannot be updated: it has no record.");
        }

        using var reader = new StreamReader(entry.Open());
        return Record.Parse(reader.ReadToEnd());
    }

    /// <summary>Runs the template.</summary>
    public void Generate(Record record, Options options, string output)
    {
        List<string> arguments =
        [
            "new", record.Template, "--name=" + record.Name, "--output=" + output, "--no-update-check",
            "--debug:custom-hive", hive,
        ];

        // That of the wiring needs its post action.
        if (record.Template != "mcp-oauth-wiring")
        {
            arguments.Add("--no-restore");
        }

        foreach (var (option, values) in options)
        {
            arguments.AddRange(values.Where(value => value != "").Select(value => $"{option}={value}"));
        }

        var folder = Directory.CreateDirectory(output).FullName;
        var (exitCode, text, error) = Command.Run(Dotnet.CreateStartInfo(folder, arguments));
        if (exitCode != 0)
        {
            throw CreateRefusal(exitCode, text + error);
        }
    }

    // The first part of the file name is the id, which has no dot.
    private static string ReadVersion(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name[(name.IndexOf('.') + 1)..];
    }

    private static Refusal CreateRefusal(int exitCode, string error)
    {
        const int RefusedByTemplate = 101;
        const int InvalidOption = 127;
        var message = Message.Match(error);
        if (exitCode == RefusedByTemplate && message.Success)
        {
            return new Refusal(ExitCode.TemplateRefuses, message.Groups[1].Value.Trim());
        }

        if (exitCode == InvalidOption)
        {
            return new Refusal(ExitCode.Usage, error.Trim());
        }

        return new Refusal(ExitCode.Failed, $"dotnet new has failed: {exitCode}.\n{error.Trim()}");
    }

    // The engine quotes the sentence of the template, in the way of the user's language.
    [GeneratedRegex("""(?<=: ['"„“])(.*Nothing was generated\.)""")]
    private static partial Regex Message { get; }
}

/// <summary>The repository of the project.</summary>
internal sealed class Git
{
    private static readonly string[] s_settings =
    [
        "-c", "core.safecrlf=false", "-c", "core.fsmonitor=false", "-c", "merge.renames=true",
        "-c", "merge.directoryRenames=true", "-c", "merge.renameLimit=10000",
        "-c", "user.name=mcp-oauth-update", "-c", "user.email=mcp-oauth-update@localhost",
    ];

    private static readonly string[] s_unfinished =
        ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"];

    private readonly string _temporary;
    private readonly Dictionary<string, string> _environment = new()
    {
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_LITERAL_PATHSPECS"] = "1",
    };

    private readonly string _gitFolder;
    private int _trees;

    private Git(string project, string temporary, bool leavesNoTrace)
    {
        _temporary = temporary;
        Folder = project;
        var answers = Ask("--show-prefix", "--absolute-git-dir", "--git-path", "objects", "--show-toplevel");
        Prefix = answers[0];
        _gitFolder = answers[1];
        Folder = answers[3];
        if (leavesNoTrace)
        {
            var objects = Path.GetFullPath(answers[2], project).Replace('\\', '/');
            var own = Directory.CreateDirectory(Path.Combine(temporary, "objects")).FullName;
            _environment["GIT_OBJECT_DIRECTORY"] = own;
            _environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = $"\"{objects}\"";
        }
    }

    /// <summary>The top folder of the repository.</summary>
    public string Folder { get; }

    /// <summary>The folder of the project in the repository, with a slash at its end, or empty.</summary>
    public string Prefix { get; }

    public static Git Open(string project, string temporary, bool leavesNoTrace)
    {
        try
        {
            return new Git(project, temporary, leavesNoTrace);
        }
        catch (Win32Exception)
        {
            throw new Refusal(ExitCode.NoGit, "The command git is needed, and was not found.");
        }
    }

    public void RequireThatAllIsCommitted()
    {
        var hasCommit = Try(["rev-parse", "--verify", "--quiet", "HEAD"]).ExitCode == 0;
        var isThere = Try(["ls-files", "--error-unmatch", "--", Prefix + Record.FileName]).ExitCode == 0;
        if (!hasCommit || !isThere)
        {
            throw new Refusal(ExitCode.ChangedFiles, "The project is not committed: commit it first.");
        }

        List<string> questions = ["rev-parse"];
        foreach (var name in s_unfinished)
        {
            questions.AddRange(["--git-path", name]);
        }

        var places = Run(questions).Split('\n').Select(path => Path.Combine(Folder, path));
        if (places.FirstOrDefault(Path.Exists) is { } found)
        {
            throw new Refusal(
                ExitCode.Unfinished,
                $"A merge or rebase is not finished: there is {found}. Finish or abort it first.");
        }

        var changed = Run(["status", "--porcelain", "--untracked-files=no"]);
        if (changed != "")
        {
            throw new Refusal(
                ExitCode.ChangedFiles,
                $"These files have changes: commit or stash them first. If they come from an update that was "
                + $"interrupted, git reset --hard undoes it.\n\n{changed}");
        }
    }

    /// <summary>The tree with all files of a folder as they would be committed in this repository.</summary>
    public string WriteTree(string folder)
    {
        CopyAttributes(folder);
        var index = CreateIndex();
        string[] there = ["--git-dir=" + _gitFolder, "--work-tree=" + folder];
        RunIn(folder, [.. there, "add", "--all", "--force", "."], index);
        return RunIn(folder, [.. there, "write-tree"], index);
    }

    public string CreateIndex() => Path.Combine(_temporary, $"index-{++_trees}");

    /// <summary>A commit that belongs to no branch.</summary>
    public string Commit(string tree, string message, params string[] parents)
    {
        List<string> arguments = ["commit-tree", tree, "-m", message];
        foreach (var parent in parents)
        {
            arguments.AddRange(["-p", parent]);
        }

        return Run(arguments);
    }

    public string Run(IEnumerable<string> arguments) => RunIn(Folder, arguments);

    /// <summary>What is printed between characters NUL.</summary>
    public string[] RunForList(IEnumerable<string> arguments) =>
        Run(arguments).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    public string RunIn(string folder, IEnumerable<string> arguments, string? index = null, string input = "")
    {
        var (exitCode, output, error) = Command.Run(CreateStartInfo(folder, arguments, index), input);
        if (exitCode != 0)
        {
            var command = string.Join(' ', arguments);
            throw new Refusal(ExitCode.Failed, $"git {command} has failed.\n{error}");
        }

        return output.TrimEnd('\n');
    }

    public (int ExitCode, string Output, string Error) Try(IEnumerable<string> arguments) =>
        Command.Run(CreateStartInfo(Folder, arguments, index: null));

    private string[] Ask(params string[] questions)
    {
        var (exitCode, output, error) = Try(["rev-parse", .. questions]);
        if (exitCode != 0)
        {
            throw new Refusal(ExitCode.NoGit, $"The project is in no repository of git. {error}");
        }

        return output.Split('\n');
    }

    private ProcessStartInfo CreateStartInfo(string folder, IEnumerable<string> arguments, string? index)
    {
        var start = new ProcessStartInfo("git", [.. s_settings, .. arguments]) { WorkingDirectory = folder };
        foreach (var name in new[] { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        if (index is not null)
        {
            start.Environment["GIT_INDEX_FILE"] = index;
        }

        return start;
    }

    // They say how line endings are stored.
    private void CopyAttributes(string folder)
    {
        var files = RunForList(["ls-files", "-z"])
            .Where(file => Path.GetFileName(file) == ".gitattributes");
        foreach (var file in files)
        {
            var source = Path.Combine(Folder, file);
            var target = Path.Combine(folder, file);
            if (File.Exists(source) && !File.Exists(target))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(source, target);
            }
        }
    }
}

/// <summary>What the template has made, at the place in the repository at which the project is.</summary>
internal sealed class GeneratedTree(string top, string prefix, string name)
{
    /// <summary>Stands for the top folder of the repository.</summary>
    public string Top { get; } = top;

    public string Folder { get; } = Path.Combine(top, prefix);

    /// <summary>With slashes, as git has them.</summary>
    public List<string> Files => field ??= [.. EnumerateFiles(Folder)];

    /// <summary>Where the server is, with a slash at the end: empty, or src/NAME/ in a solution.</summary>
    public string ServerFolder => field ??= FindServerFolder();

    /// <summary>The same for a file of the server, alone and in a solution.</summary>
    public string GetKey(string file) =>
        IsOfServer(file) ? file[ServerFolder.Length..] : file;

    public bool IsOfServer(string file) => file.StartsWith(ServerFolder, StringComparison.Ordinal);

    private static IEnumerable<string> EnumerateFiles(string folder)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        return Directory.EnumerateFiles(folder, "*", all)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
    }

    private string FindServerFolder()
    {
        var project = Files.FirstOrDefault(file => Path.GetFileName(file) == name + ".csproj") ?? "";
        return project[..(project.LastIndexOf('/') + 1)];
    }
}

/// <summary>
/// Makes both trees like the project in what is no change of meaning: where files are, which are
/// there no longer, line endings, and versions of packages. So only changes of the templates are
/// left between the two.
/// </summary>
internal sealed partial class Arrangement
{
    private const string SecurityFolder = "Authorization/";

    private readonly Git _git;
    private readonly string _project;
    private readonly Report _report;
    private readonly Packages _packages;
    private readonly bool _hasCarriageReturns;

    /// <summary>What the old version has, by the key of each file.</summary>
    private readonly Dictionary<string, string> _oldFiles;

    /// <summary>Where the owner has moved files, by the key of the file.</summary>
    private readonly Dictionary<string, string> _moved = [];
    private readonly Dictionary<string, string> _movedFolders = [];
    private readonly HashSet<string> _deleted = [];
    private readonly HashSet<string> _deletedFolders = [];

    /// <summary>Of files that both versions have, where the owner has them and will have them.</summary>
    private readonly Dictionary<string, string> _newPlaces = [];

    /// <summary>Folders in which the owner has files of the server.</summary>
    private readonly HashSet<string> _serverFolders = [];

    public Arrangement(Git git, string project, GeneratedTree old, GeneratedTree current, Report report)
    {
        _git = git;
        _project = project;
        _report = report;
        Old = old;
        New = current;
        _packages = new Packages(old, report);
        _oldFiles = old.Files.ToDictionary(old.GetKey);
        _hasCarriageReturns = HasCarriageReturns(File.ReadAllText(Path.Combine(project, Record.FileName)));
        ReadMoves();
        ReadMovedFolders();
        ReadDeletedFolders();
        ReadNewPlaces();
        OldTree = Arrange(old);
        NewTree = Arrange(current);
        OwnTree = MoveOwnFiles();
        ReportDeleted();
    }

    public GeneratedTree Old { get; }

    public GeneratedTree New { get; }

    /// <summary>As git has them.</summary>
    public string OldTree { get; }

    public string NewTree { get; }

    public string OwnTree { get; }

    /// <summary>Paths in the repository of files that protect the server, old and new.</summary>
    public HashSet<string> SecurityFiles { get; } = [];

    public bool MovesServer => Old.ServerFolder != New.ServerFolder;

    public string Prefix => _git.Prefix;

    /// <summary>For git, which wants a dot for its top folder.</summary>
    private string Place => Prefix == "" ? "." : Prefix;

    /// <summary>
    /// What a build has left in the folders that the server leaves would be compiled in the new ones.
    /// </summary>
    public void DeleteBuildOutput()
    {
        if (!MovesServer)
        {
            return;
        }

        var folders = Old.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(file => Path.Combine(_project, Path.GetDirectoryName(file)!));
        foreach (var folder in folders)
        {
            foreach (var name in new[] { "bin", "obj" })
            {
                DeleteUntracked(Path.Combine(folder, name));
            }
        }
    }

    private void DeleteUntracked(string folder)
    {
        var isTracked = _git.Run(["ls-files", "--", folder]) != "";
        if (!isTracked && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
            Merge.DeleteEmptyFolders(Path.GetDirectoryName(folder)!);
        }
    }

    private void ReadMoves()
    {
        var tree = _git.WriteTree(Old.Top);
        string[] compare = ["diff-tree", "-r", "-z", "-M", "-l10000", "--diff-filter=RD", "--name-status"];
        var answers = new Queue<string>(_git.RunForList([.. compare, tree, "HEAD", "--", Place]));
        while (answers.TryDequeue(out var status))
        {
            var file = answers.Dequeue()[Prefix.Length..];
            if (status == "D")
            {
                _deleted.Add(Old.GetKey(file));
            }
            else
            {
                _moved[Old.GetKey(file)] = answers.Dequeue()[Prefix.Length..];
            }
        }
    }

    // New files follow a folder of which all files have been moved to another one.
    private void ReadMovedFolders()
    {
        var folders = Old.Files.Where(file => !_deleted.Contains(Old.GetKey(file))).GroupBy(GetFolder);
        foreach (var folder in folders)
        {
            var targets = folder.Select(file => GetFolder(_moved.GetValueOrDefault(Old.GetKey(file), file)))
                .Distinct().ToArray();
            if (targets.Length == 1 && targets[0] != folder.Key)
            {
                _movedFolders[Old.GetKey(folder.Key)] = targets[0];
            }
        }
    }

    private string Arrange(GeneratedTree tree)
    {
        var top = tree.Top + "-arranged";
        foreach (var file in tree.Files.Where(file => !IsDeleted(tree.GetKey(file))))
        {
            var place = GetPlace(tree, file);
            var target = Path.Combine(top, Prefix, place);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, Adapt(tree, file), Encoding.Latin1);
            if (tree.GetKey(file).StartsWith(SecurityFolder, StringComparison.Ordinal))
            {
                SecurityFiles.Add(Prefix + place);
            }
        }

        return _git.WriteTree(top);
    }

    // A new file does not come back to a folder of which the owner has deleted all.
    private bool IsDeleted(string key)
    {
        var isOfDeletedFolder = !_oldFiles.ContainsKey(key) && _deletedFolders.Contains(GetFolder(key));
        return isOfDeletedFolder || _deleted.Contains(key);
    }

    private void ReadDeletedFolders()
    {
        var folders = _oldFiles.Keys.GroupBy(GetFolder).Where(folder => folder.Key != "");
        foreach (var folder in folders.Where(folder => folder.All(_deleted.Contains)))
        {
            _deletedFolders.Add(folder.Key);
        }
    }

    /// <summary>Where the owner has it now, or null if that is where the template has put it.</summary>
    private string? FindMoved(string key)
    {
        if (_moved.TryGetValue(key, out var moved))
        {
            return moved;
        }

        for (var folder = GetFolder(key); folder != ""; folder = GetFolder(folder))
        {
            if (_movedFolders.TryGetValue(folder, out var target))
            {
                return $"{target}/{key[(folder.Length + 1)..]}";
            }
        }

        return null;
    }

    /// <summary>Where the owner will have a file of a version.</summary>
    private string GetPlace(GeneratedTree tree, string file)
    {
        var moved = FindMoved(tree.GetKey(file));
        if (tree == Old)
        {
            return GetNewPlace(moved ?? file);
        }

        if (moved is null)
        {
            return file;
        }

        var isOfServer = New.IsOfServer(file) && Old.IsOfServer(moved);
        return isOfServer ? New.ServerFolder + Old.GetKey(moved) : moved;
    }

    private void ReadNewPlaces()
    {
        foreach (var file in New.Files.Where(file => _oldFiles.ContainsKey(New.GetKey(file))))
        {
            var key = New.GetKey(file);
            var path = FindMoved(key) ?? _oldFiles[key];
            _newPlaces[path] = GetPlace(New, file);
            if (New.IsOfServer(file))
            {
                _serverFolders.Add(GetFolder(path));
            }
        }
    }

    /// <summary>Where a file of the project will be: the server may move, into a solution or out of it.</summary>
    private string GetNewPlace(string path)
    {
        if (!MovesServer)
        {
            return path;
        }

        if (_newPlaces.TryGetValue(path, out var place))
        {
            return place;
        }

        return BelongsToServer(path) ? New.ServerFolder + Old.GetKey(path) : path;
    }

    // In src, all of a folder is of the server. Alone, the server shares the root with what belongs to the repository.
    private bool BelongsToServer(string path)
    {
        if (Old.ServerFolder != "")
        {
            return Old.IsOfServer(path);
        }

        for (var folder = GetFolder(path); folder != ""; folder = GetFolder(folder))
        {
            if (_serverFolders.Contains(folder))
            {
                return true;
            }
        }

        return OfServer.IsMatch(path);
    }

    /// <summary>The tree of the project, with its server in the new place.</summary>
    private string MoveOwnFiles()
    {
        if (!MovesServer)
        {
            return _git.Run(["rev-parse", "HEAD^{tree}"]);
        }

        var input = new StringBuilder();
        foreach (var entry in _git.RunForList(["ls-tree", "-r", "-z", "HEAD", "--", Place]))
        {
            var separator = entry.IndexOf('\t');
            var content = entry[..separator].Split(' ');
            var path = entry[(separator + 1)..];
            var file = path[Prefix.Length..];
            var place = GetNewPlace(file);
            if (place == file)
            {
                ReportLeft(file);
                continue;
            }

            input.Append($"0 {content[2]}\t{path}\0");
            input.Append($"{content[0]} {content[2]}\t{Prefix}{place}\0");
        }

        var index = _git.CreateIndex();
        _git.RunIn(_git.Folder, ["read-tree", "HEAD"], index);
        _git.RunIn(_git.Folder, ["update-index", "-z", "--index-info"], index, input.ToString());
        return _git.RunIn(_git.Folder, ["write-tree"], index);
    }

    private void ReportLeft(string file)
    {
        var isOwn = !_oldFiles.ContainsValue(file) && !_moved.ContainsValue(file);
        if (!isOwn || file.StartsWith('.'))
        {
            return;
        }

        if (New.ServerFolder == "" && file.EndsWith(".cs", StringComparison.Ordinal))
        {
            _report.AddUndone($"{file} is yours, and the server would compile it now: move it out of the folder.");
        }
        else if (New.ServerFolder != "")
        {
            _report.AddUndone($"{file} is yours, and stays: if it belongs to the server, move it to {New.ServerFolder}");
        }
    }

    // Each byte is one character: only ASCII is looked at, and all others stay as they are.
    private string Adapt(GeneratedTree tree, string file)
    {
        var text = File.ReadAllText(Path.Combine(tree.Folder, file), Encoding.Latin1);
        if (text.Contains('\0'))
        {
            return text;
        }

        var key = tree.GetKey(file);
        var path = FindMoved(key) ?? _oldFiles.GetValueOrDefault(key, file);
        var own = Path.Combine(_project, path);
        if (!File.Exists(own))
        {
            return ReplaceLineEndings(text, _hasCarriageReturns);
        }

        var ownText = File.ReadAllText(own, Encoding.Latin1);
        if (file.EndsWith(".csproj", StringComparison.Ordinal))
        {
            text = _packages.Adapt(text, ownText, isOld: tree == Old);
        }

        return ReplaceLineEndings(text, HasCarriageReturns(ownText));
    }

    private void ReportDeleted()
    {
        foreach (var file in New.Files.Where(file => !_oldFiles.ContainsKey(New.GetKey(file)) && IsDeleted(New.GetKey(file))))
        {
            _report.AddUndone($"{file} is new, in a folder that is deleted here: it is left out.");
        }

        foreach (var file in Old.Files.Where(file => _deleted.Contains(Old.GetKey(file))))
        {
            var newFile = New.Files.FirstOrDefault(other => New.GetKey(other) == Old.GetKey(file));
            if (newFile is not null && !HaveSameContent(file, newFile))
            {
                var isOfSecurity = Old.GetKey(file).StartsWith(SecurityFolder, StringComparison.Ordinal);
                _report.AddDeleted(file, isOfSecurity);
            }
        }
    }

    private bool HaveSameContent(string file, string newFile)
    {
        var content = File.ReadAllBytes(Path.Combine(Old.Folder, file));
        return content.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(New.Folder, newFile)));
    }

    private static string GetFolder(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];

    private static string ReplaceLineEndings(string text, bool withCarriageReturns) =>
        withCarriageReturns ? text.Replace("\n", "\r\n") : text;

    private static bool HasCarriageReturns(string text) => text.Contains("\r\n", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?!tests?/|src/).*\.(?:cs|cshtml|razor|resx|proto)\z|^appsettings[^/]*\.json\z|^wwwroot/")]
    private static partial Regex OfServer { get; }
}

/// <summary>
/// Versions that the owner has raised, or moved to Directory.Packages.props, are no conflict.
/// </summary>
internal sealed partial class Packages(GeneratedTree old, Report report)
{
    private Dictionary<string, string> OldVersions => field ??= ReadOldVersions();

    /// <summary>The text of a project file, with the owner's version of each package that is higher.</summary>
    public string Adapt(string text, string ownText, bool isOld)
    {
        var own = Reference.Matches(ownText)
            .DistinctBy(match => match.Groups["id"].Value)
            .ToDictionary(match => match.Groups["id"].Value, match => match);
        var hasVersionsElsewhere = own.Values.Any(match => !match.Groups["version"].Success);
        return Reference.Replace(text, match =>
        {
            var id = match.Groups["id"].Value;
            var version = match.Groups["version"].Value;
            if (own.TryGetValue(id, out var ownReference))
            {
                return Choose(match, ownReference, isOld);
            }

            if (isOld || !hasVersionsElsewhere)
            {
                return match.Value;
            }

            report.AddUndone($"Add {id} {version} to where the other versions are.");
            return match.Groups["start"].Value;
        });
    }

    private string Choose(Match match, Match own, bool isOld)
    {
        var id = match.Groups["id"].Value;
        var version = match.Groups["version"].Value;
        var ownVersion = own.Groups["version"];
        if (isOld)
        {
            return own.Value;
        }

        if (!ownVersion.Success)
        {
            if (OldVersions.GetValueOrDefault(id) != version)
            {
                report.AddUndone($"Raise {id} to {version}: its version is not in the project file.");
            }

            return own.Value;
        }

        var isHigher = PackageVersion.Compare(ownVersion.Value, version) > 0;
        return isHigher ? own.Value : match.Value;
    }

    private Dictionary<string, string> ReadOldVersions()
    {
        var projects = old.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));
        return projects.SelectMany(file => Reference.Matches(File.ReadAllText(Path.Combine(old.Folder, file))))
            .DistinctBy(match => match.Groups["id"].Value)
            .ToDictionary(match => match.Groups["id"].Value, match => match.Groups["version"].Value);
    }

    [GeneratedRegex("""(?<start><PackageReference Include="(?<id>[^"]+)")(?: Version="(?<version>[^"]*)")?""")]
    private static partial Regex Reference { get; }
}

/// <summary>What git makes of the old version, the new version and the project.</summary>
internal sealed class Merge
{
    private readonly Git _git;
    private readonly Arrangement _arrangement;

    /// <summary>Files in conflict with their entries in the index, as git prints and reads them.</summary>
    private readonly Dictionary<string, List<string>> _conflicts = [];
    private readonly string _tree;

    private Merge(Git git, Arrangement arrangement, string tree, IEnumerable<string> conflicts)
    {
        _git = git;
        _arrangement = arrangement;
        _tree = tree;
        foreach (var entry in conflicts)
        {
            var path = entry[(entry.IndexOf('\t') + 1)..];
            if (!_conflicts.TryGetValue(path, out var entries))
            {
                _conflicts[path] = entries = [];
            }

            entries.Add(entry);
        }
    }

    /// <summary>The commits that were merged, by which git names the sides of a conflict.</summary>
    public required string Own { get; init; }

    public required string New { get; init; }

    public bool HasConflicts => _conflicts.Count > 0;

    /// <summary>Those that protect the server first.</summary>
    public IEnumerable<string> Conflicts =>
        _conflicts.Keys.OrderByDescending(IsOfSecurity).ThenBy(path => path, StringComparer.Ordinal);

    public bool IsOfSecurity(string path) => _arrangement.SecurityFiles.Contains(path);

    /// <summary>What the templates have changed in a file.</summary>
    public string DiffCommand(string path) =>
        $"git diff {_arrangement.OldTree[..12]} {_arrangement.NewTree[..12]} -- \"{path}\"";

    public string DescribeChanges() => _git.Run(["diff", "--shortstat", "-M", "HEAD", _tree]).Trim();

    public string[] ListChanges() => _git.RunForList(["diff", "--name-only", "-z", "--no-renames", "HEAD", _tree]);

    /// <summary>Merges in memory: neither files nor the index change.</summary>
    public static Merge Run(Git git, Arrangement arrangement)
    {
        const string Message = "McpOAuthTemplates";
        var old = git.Commit(arrangement.OldTree, Message);
        var current = git.Commit(arrangement.NewTree, Message, old);
        var own = git.Commit(arrangement.OwnTree, Message, old);
        var (exitCode, output, error) = git.Try(["merge-tree", "--write-tree", "-z", "--no-messages", own, current]);
        if (exitCode > 1)
        {
            throw new Refusal(ExitCode.NoGit, $"git merge-tree has failed: it needs git 2.38 or later.\n{error}");
        }

        var lines = output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return new Merge(git, arrangement, lines[0], lines[1..]) { Own = own, New = current };
    }

    /// <summary>Puts the result into the index and the files.</summary>
    public void Apply(string version)
    {
        var changes = ReadChanges();
        RequireRoomForNewFiles(changes);
        Console.WriteLine("Merging. Should this be interrupted, or fail, this command undoes it: git reset --hard");

        // The index first: so git knows of each file that is written, and can undo it.
        _git.Run(["read-tree", "-m", _tree]);
        var written = changes.Where(change => change.Status != "D").Select(change => change.Path);
        _git.RunIn(_git.Folder, ["checkout-index", "--force", "-z", "--stdin"], input: string.Join('\0', written));
        foreach (var (_, path) in changes.Where(change => change.Status == "D"))
        {
            var file = Path.Combine(_git.Folder, path);
            File.Delete(file);
            DeleteEmptyFolders(Path.GetDirectoryName(file)!);
        }

        if (HasConflicts)
        {
            const string None = "0000000000000000000000000000000000000000";
            var entries = _conflicts.SelectMany(file => file.Value.Prepend($"0 {None}\t{file.Key}"));
            _git.RunIn(_git.Folder, ["update-index", "-z", "--index-info"], input: string.Join('\0', entries) + '\0');
            NameSides(version);
        }
    }

    private void NameSides(string version)
    {
        foreach (var path in _conflicts.Keys.Select(path => Path.Combine(_git.Folder, path)).Where(File.Exists))
        {
            var text = File.ReadAllText(path, Encoding.Latin1)
                .Replace($"<<<<<<< {Own}", "<<<<<<< HEAD")
                .Replace($">>>>>>> {New}", $">>>>>>> McpOAuthTemplates {version}");
            File.WriteAllText(path, text, Encoding.Latin1);
        }
    }

    private List<(string Status, string Path)> ReadChanges()
    {
        var answers = _git.RunForList(["diff-tree", "-r", "-z", "--no-renames", "--name-status", "HEAD", _tree]);
        return [.. answers.Chunk(2).Select(pair => (pair[0], pair[1]))];
    }

    private void RequireRoomForNewFiles(List<(string Status, string Path)> changes)
    {
        var inTheWay = changes.Where(change => change.Status == "A" && Path.Exists(Path.Combine(_git.Folder, change.Path)))
            .Select(change => change.Path).ToArray();
        if (inTheWay.Length > 0)
        {
            throw new Refusal(
                ExitCode.ChangedFiles,
                "The new version has these files, and they are here without being committed: commit, move or delete "
                + $"them first.\n\n{string.Join('\n', inTheWay)}");
        }
    }

    public static void DeleteEmptyFolders(string folder)
    {
        while (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            folder = Path.GetDirectoryName(folder)!;
        }
    }
}

/// <summary>Says what has happened, what is to be done, and what could not be done.</summary>
internal sealed class Report
{
    private readonly List<string> _undone = [];
    private readonly List<string> _deleted = [];
    private readonly List<string> _deletedSecurity = [];

    public void AddUndone(string text) => _undone.Add(text);

    public void AddDeleted(string file, bool isOfSecurity)
    {
        if (isOfSecurity)
        {
            _deletedSecurity.Add(file);
        }
        else
        {
            _deleted.Add(file);
        }
    }

    /// <summary>Of a project that is not made by the template, the versions of packages.</summary>
    public void AddPackages(string project, Record record)
    {
        var projectFiles = Directory.GetFiles(project, "*.csproj").Select(File.ReadAllText).ToArray();
        foreach (var (id, version) in record.Packages)
        {
            if (!projectFiles.Any(text => text.Contains($"\"{id}\" Version=\"{version}\"", StringComparison.Ordinal)))
            {
                AddUndone($"Reference {id} {version} or later: the project file is yours.");
            }
        }
    }

    public void WriteDryRun(Merge merge, string version)
    {
        Console.WriteLine();
        Console.WriteLine($"Nothing was changed. The update would be: {merge.DescribeChanges()}");
        foreach (var file in merge.ListChanges())
        {
            Console.WriteLine($"  {file}");
        }

        WriteConflicts(merge, version, withCommands: false);
        WriteUndone(version);
    }

    public void Write(Merge merge, string version)
    {
        Console.WriteLine();
        Console.WriteLine($"Updated to {version}: {merge.DescribeChanges()}");
        WriteConflicts(merge, version, withCommands: true);
        WriteUndone(version);
        Console.WriteLine("""

            To check: git diff --staged; dotnet build; dotnet test, if there are tests.
            To keep it: git commit. To undo it: git reset --hard
            """);
    }

    private static void WriteConflicts(Merge merge, string version, bool withCommands)
    {
        if (!merge.HasConflicts)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine("Conflicts: you and the templates have changed the same lines. Resolve them as those of a");
        Console.WriteLine("merge, then git add:");
        foreach (var path in merge.Conflicts)
        {
            Console.WriteLine($"  {path}");
            if (!merge.IsOfSecurity(path))
            {
                continue;
            }

            Console.WriteLine($"    It protects the server. If you keep your side, what {version} changes here is");
            Console.WriteLine("    lost for good: the record says that it is in, and no later update brings it again.");
            if (withCommands)
            {
                Console.WriteLine($"    What that is: {merge.DiffCommand(path)}");
            }
        }
    }

    private void WriteUndone(string version)
    {
        if (_undone.Count + _deleted.Count + _deletedSecurity.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine("Not done:");
        foreach (var file in _deletedSecurity)
        {
            Console.WriteLine($"  {file} protects the server, is changed by {version}, and deleted here:");
            Console.WriteLine("    it stays deleted. If its code is elsewhere now, make the change there.");
        }

        foreach (var file in _deleted)
        {
            Console.WriteLine($"  {file} is deleted here and stays so, though {version} changes it.");
        }

        foreach (var text in _undone.Distinct())
        {
            Console.WriteLine($"  {text}");
        }
    }
}
