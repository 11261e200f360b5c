using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests.Downstream;

/// <summary>A server with --downstream, to which its owner has added a tool that lets the model choose the URL, and sessions.</summary>
internal static class DownstreamServer
{
    public const string Folder = "downstream-server";

    private const string UrlTool = """
        using System.ComponentModel;
        using Microsoft.AspNetCore.Authorization;
        using ModelContextProtocol.Server;

        namespace TodoServer.Tools;

        [McpServerToolType]
        internal sealed class UrlTool(IHttpClientFactory clients)
        {
            [McpServerTool(Name = "get"), Description("Gets a URL."), Authorize]
            public async Task<string> GetAsync(string url, CancellationToken cancellationToken)
            {
                using var http = clients.CreateClient("Orders");
                using var response = await http.GetAsync(url, cancellationToken);
                return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}";
            }
        }
        """;

    public static async Task AddCodeAsync(GeneratedProject project)
    {
        await project.AddToolsAsync(UrlTool, ".WithTools<UrlTool>()");
        await project.EditAsync("Program.cs", ".WithHttpTransport()", """
            .WithHttpTransport(options =>
                {
                    if (builder.Configuration.GetValue<bool>("Sessions"))
                    {
                        options.SessionMode = ModelContextProtocol.AspNetCore.HttpServerSessionMode.StatefulForInitializeClients;
                    }
                })
            """);
    }

    /// <summary>Starts it in Development, with the development authorization server unless the settings say otherwise.</summary>
    public static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return await ServerProcess.StartAsync(project.GetAssembly(), project.ContentRoot, "Development", settings);
    }

    /// <summary>Starts it outside Development, where these settings let it stop by itself.</summary>
    public static async Task<CommandResult> RunToEndAsync(params (string Name, string Value)[] settings)
    {
        var project = await ServersUnderTest.BuiltAsync(Folder);
        return await ServerProcess.RunToEndAsync(project.GetAssembly(), project.ContentRoot, "Production", settings);
    }
}
