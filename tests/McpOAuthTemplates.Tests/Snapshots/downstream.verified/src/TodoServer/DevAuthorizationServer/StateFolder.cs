#if DEBUG
using System.Security.Cryptography;
using System.Text;

namespace TodoServer.DevAuthorizationServer;

/// <summary>
/// The folder for sign-ins that survive a restart. It belongs to the user, is outside the project
/// and the published output, and nobody else can read it. Each project has its own folder, which
/// its instances share. Without a safe folder, the state stays in memory.
/// </summary>
internal sealed partial class StateFolder
{
    private const UnixFileMode OnlyUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OnlyUserFolder = OnlyUser | UnixFileMode.UserExecute;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _memory = [];
    private readonly string? _path;
    private readonly ILogger _logger;

    private StateFolder(string? path, ILogger logger)
    {
        _path = path;
        _logger = logger;
    }

    public static StateFolder Open(DevAuthOptions options, IHostEnvironment host, ILogger logger)
    {
        var root = FindRoot(options);
        if (root is null)
        {
            LogMemory(logger, "The user has no folder for data.");
            return new StateFolder(path: null, logger);
        }

        var path = Path.Combine(host.ContentRootPath, root, GetName(host));
        if (FindProblem(path) is { } problem)
        {
            LogMemory(logger, $"{path}: {problem}");
            return new StateFolder(path: null, logger);
        }

        LogFolder(logger, path);
        return new StateFolder(path, logger);
    }

    /// <summary>The name of this file in messages.</summary>
    public string Describe(string file) => Path.Combine(_path ?? "", file);

    /// <summary>Locks out other processes until it is disposed.</summary>
    public IDisposable? Lock()
    {
        if (_path is null)
        {
            return null;
        }

        try
        {
            // It may have been deleted, to start over.
            CreateFolder(_path);
            return OpenLock(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>Null if there is no such file.</summary>
    public string? Read(string file)
    {
        if (_path is null)
        {
            return _memory.GetValueOrDefault(file);
        }

        try
        {
            return File.ReadAllText(Path.Combine(_path, file));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            LogUnreadable(_logger, Describe(file), exception.Message);
            return null;
        }
        catch (IOException exception)
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>Replaces the whole file, so that it is never incomplete.</summary>
    public void Write(string file, string text)
    {
        if (_path is null)
        {
            _memory[file] = text;
            return;
        }

        var path = Path.Combine(_path, file);
        var temporary = path + ".new";
        try
        {
            File.Delete(temporary);
            using (var stream = Create(temporary, FileMode.CreateNew))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(exception);
        }
    }

    private static string? FindRoot(DevAuthOptions options)
    {
        if (!string.IsNullOrEmpty(options.StateFolder))
        {
            return options.StateFolder;
        }

        var ofUser = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify); // It is created if it does not exist.
        if (ofUser.Length == 0)
        {
            return null;
        }

        return Path.Combine(ofUser, "mcp-dev-auth");
    }

    // The hash distinguishes projects with the same name.
    private static string GetName(IHostEnvironment host)
    {
        var project = Path.TrimEndingDirectorySeparator(Path.GetFullPath(host.ContentRootPath));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(project));
        return $"{host.ApplicationName}-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    private static string? FindProblem(string path)
    {
        try
        {
            CreateFolder(path);
            if (CanOthersRead(path))
            {
                return "Others can read this folder.";
            }

            var probe = Path.Combine(path, Path.GetRandomFileName());
            Create(probe, FileMode.CreateNew).Dispose();
            File.Delete(probe);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or ArgumentException or NotSupportedException)
        {
            return exception.Message;
        }
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // Only the user can read folders in the user profile.
        }
        else
        {
            Directory.CreateDirectory(path, OnlyUserFolder);
        }
    }

    private static bool CanOthersRead(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        return (File.GetUnixFileMode(path) & ~OnlyUserFolder) != 0;
    }

    private static FileStream OpenLock(string path)
    {
        var end = DateTime.UtcNow + s_patience;
        while (true)
        {
            try
            {
                return Create(Path.Combine(path, "lock"), FileMode.OpenOrCreate);
            }
            catch (IOException) when (DateTime.UtcNow < end)
            {
                Thread.Sleep(20); // Another process has locked it.
            }
        }
    }

    private static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyUser;
        }

        return new FileStream(path, options);
    }

    private OAuthError Unavailable(Exception exception)
    {
        LogUnavailable(_logger, _path!, exception.Message);
        return new OAuthError("temporarily_unavailable", "Sign-ins cannot be kept: the log says why.", 503);
    }

    [LoggerMessage(1, LogLevel.Debug, "Sign-ins are kept in {Folder}; delete it to start over.")]
    private static partial void LogFolder(ILogger logger, string folder);

    [LoggerMessage(2, LogLevel.Warning, "Sign-ins end with this process, since they cannot be kept. {Reason}")]
    private static partial void LogMemory(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{File} is replaced, since it cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(4, LogLevel.Error, "{Folder} cannot be used now: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string folder, string reason);
}
#endif
