var builder = DistributedApplication.CreateBuilder(args);

// Clients reach both instances at one address: a proxy gives each connection to one of them.
var server = builder.AddProject<Projects.Server>("mcp-server")
    .WithReplicas(2)
    .WithHttpHealthCheck("/readyz");
var address = server.GetEndpoint("http");
server.WithEnvironment("OAuth__DevelopmentAddress", address);

// Whatever launchSettings.json says: behind the proxy, all requests seem to come from this machine.
server.WithEndpoint("http", endpoint => endpoint.TargetHost = "localhost");

// Aspire sends queries as they are, but those of a sign-in have codes and names.
server.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "false");
#if (!CustomScopes)

// In one file, so that both instances have the same todos.
var todos = Path.Combine(builder.AppHostDirectory, "todos.db");
server.WithEnvironment("ConnectionStrings__Todos", $"Data Source=\"{todos}\"");
#endif
#if (ForKeycloak)

// With -- --Keycloak true, people sign in to the realm of keycloak-realm.json in a container.
if (builder.Configuration["Keycloak"] is "true")
{
    var realm = File.ReadAllText(Path.Combine(builder.AppHostDirectory, "../keycloak-realm.json"))
        .Replace("\"audience-of-the-realm\"", "\"http://localhost:5199/mcp\"");
    var keycloak = builder.AddContainer("keycloak", "quay.io/keycloak/keycloak", "26.4")
        .WithArgs("start-dev", "--import-realm")
        .WithHttpEndpoint(targetPort: 8080)
        .WithContainerFiles("/opt/keycloak/data/import", [new ContainerFile { Name = "realm.json", Contents = realm }]);
    server.WaitFor(keycloak);
    server.WithEnvironment("OAuth__Issuer", $"{keycloak.GetEndpoint("http")}/realms/realm-of-the-issuer");
}
#endif

server.OnResourceReady((_, _, _) =>
{
    Console.WriteLine($"MCP endpoint: {address.Url}/mcp");
    return Task.CompletedTask;
});

builder.Build().Run();
