using System.Text.RegularExpressions;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// An nginx of a test's own, on ports of the loopback interface, which needs no root and has all its files in a folder of its own.
/// Tests that need it are skipped where it is not installed.
/// </summary>
internal sealed partial class Nginx : IAsyncDisposable
{
    // Debian has it in a folder that is not on the path of everybody.
    private static readonly string[] s_folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin"];

    private LoggedProcess? _process;

    private static string? Executable { get; } = s_folders.Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    /// <summary>Why it cannot be run, or null.</summary>
    public static string? SkipReason { get; } = Executable is null ? "nginx is not installed: apt-get install nginx-light" : null;

    /// <summary>Where its configuration and its logs are.</summary>
    public string Folder { get; } = Repository.CreateEmptyDirectory("nginx", Guid.NewGuid().ToString("N"));

    /// <summary>What it has written to its log of errors.</summary>
    public string Errors => File.Exists(ErrorLog) ? File.ReadAllText(ErrorLog) : "";

    /// <summary>
    /// A line for each request that it has answered: the instances that it has asked, what they have answered, and what it has
    /// answered itself.
    /// </summary>
    public string[] Requests => File.ReadAllLines(Path.Combine(Folder, "access.log"));

    private string ErrorLog => Path.Combine(Folder, "error.log");

    /// <summary>
    /// A file of deploy/nginx in the generated output, for this machine. Changed are the addresses, the name of the host, which is
    /// localhost, and that it listens without TLS; all else is tested as it is generated.
    /// </summary>
    public static string Read(GeneratedProject project, string file, int port, params int[] instances)
    {
        var text = project.Read($"deploy/nginx/{file}");
        text = text.Replace("listen 443 ssl;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal);
        text = CertificateLine.Replace(text, "");
        text = text.Replace("mcp.example.com", "localhost", StringComparison.Ordinal);
        foreach (var (index, instance) in instances.Index())
        {
            text = text.Replace($"10.0.0.{index + 1}:8080", $"127.0.0.1:{instance}", StringComparison.Ordinal);
        }

        Assert.DoesNotContain("10.0.0.", text, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Starts it with what stands in the http block, and returns when it listens on this port.</summary>
    public async Task StartAsync(int port, string http)
    {
        var configuration = Path.Combine(Folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Wrap(http));
        _process = LoggedProcess.Start(LoggedProcess.CreateStartInfo(
            Folder, Executable!, ["-p", Folder, "-c", configuration, "-e", ErrorLog]));
        await Poll.UntilAsync(async () =>
        {
            Assert.False(_process.HasExited, $"nginx has stopped:\n{_process.Output}\n{Errors}");
            using var socket = new System.Net.Sockets.TcpClient();
            try
            {
                await socket.ConnectAsync("127.0.0.1", port);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    // Paths are below the folder, to which "-p" has led. As root it would become another user, who may not write there.
    private static string Wrap(string http) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 2;
        pid nginx.pid;
        events {}
        http {
            log_format upstream '$upstream_addr $upstream_status $status';
            access_log access.log upstream;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
        {{http}}
        }
        """;

    [GeneratedRegex(@"^ *ssl_certificate(_key)? .*\n", RegexOptions.Multiline)]
    private static partial Regex CertificateLine { get; }
}
