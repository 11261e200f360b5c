#if (ForKeycloak)
using Microsoft.Extensions.Configuration;

#endif
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
#if (!CustomScopes)

// In one file, so that both instances have the same todos.
var todos = Path.Combine(builder.AppHostDirectory, "todos.db");
server.WithEnvironment("ConnectionStrings__Todos", $"Data Source=\"{todos}\"");
#endif
#if (ForKeycloak)

// With "-- --Keycloak true", people sign in at Keycloak, which runs in a container.
if (builder.Configuration.GetValue<bool>("Keycloak"))
{
    // The file is for production. Here, tokens are for the address above.
    var file = Path.Combine(builder.AppHostDirectory, "..", "keycloak-realm.json");
    const string Audience = "\"audience-of-the-realm\"";
    const string Own = "\"http://localhost:5199/mcp\"";
    var realm = File.ReadAllText(file).Replace(Audience, Own, StringComparison.Ordinal);
    var import = new ContainerFile { Name = "realm.json", Contents = realm };

    var generated = new GenerateParameterDefault { MinLength = 22, Special = false };
    var password = builder.AddParameter("keycloak-password", generated, secret: true);
    var keycloak = builder.AddContainer("keycloak", "quay.io/keycloak/keycloak", "26.4")
        .WithArgs("start-dev", "--import-realm")
        .WithHttpEndpoint(targetPort: 8080)
        .WithEnvironment("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
        .WithEnvironment("KC_BOOTSTRAP_ADMIN_PASSWORD", password)
        .WithContainerFiles("/opt/keycloak/data/import", [import]);
    var host = keycloak.GetEndpoint("http");
    server.WithEnvironment("OAuth__Issuer", $"{host}/realms/realm-of-the-issuer");
    server.WaitFor(keycloak);
}
#endif

server.OnResourceReady((_, _, _) =>
{
    Console.WriteLine($"MCP endpoint: {address.Url}/mcp");
    return Task.CompletedTask;
});

builder.Build().Run();
