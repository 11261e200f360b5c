var builder = DistributedApplication.CreateBuilder(args);

// Clients reach both instances at one address: a proxy gives each connection to one of them.
var server = builder.AddProject<Projects.Server>("mcp-server")
    .WithReplicas(2)
    .WithHttpHealthCheck("/readyz");
var address = server.GetEndpoint("http");
server.WithEnvironment("OAuth__DevelopmentAddress", address);

// Listen on this machine only, whatever launchSettings.json says: behind the proxy, requests from
// other machines look local.
server.WithEndpoint("http", endpoint => endpoint.TargetHost = "localhost");

// Aspire turns off the redaction of query strings in traces, but those of a sign-in contain codes.
server.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "false");

// In one file, so that both instances have the same todos.
var todos = Path.Combine(builder.AppHostDirectory, "todos.db");
server.WithEnvironment("ConnectionStrings__Todos", $"Data Source=\"{todos}\"");

server.OnResourceReady((_, _, _) =>
{
    Console.WriteLine($"MCP endpoint: {address.Url}/mcp");
    return Task.CompletedTask;
});

builder.Build().Run();
