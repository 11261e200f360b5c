using System.ComponentModel;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using ModelContextProtocol.AspNetCore.Authentication;
using ModelContextProtocol.Server;

// A protected server in the way that the C# SDK documents: its own scheme for the challenge, JwtBearer for the tokens.
var builder = WebApplication.CreateBuilder(args);
var issuer = builder.Configuration["Issuer"]!;
var resource = builder.Configuration["Resource"]!;

builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultAuthenticateScheme = JwtBearerDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = McpAuthenticationDefaults.AuthenticationScheme;
    })
    .AddJwtBearer(options =>
    {
        options.Authority = issuer;
        options.RequireHttpsMetadata = false;
        options.TokenValidationParameters.ValidAudience = resource;
        options.TokenValidationParameters.ValidIssuer = issuer;
        options.TokenValidationParameters.NameClaimType = "sub";
    })
    .AddMcp(options => options.ResourceMetadata = new()
    {
        Resource = resource,
        AuthorizationServers = { issuer },
        ScopesSupported = ["todo:read", "todo:write"],
    });
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = true).WithTools<RandomTool>();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapMcp("/mcp").RequireAuthorization();
app.Run();

[McpServerToolType]
internal sealed class RandomTool
{
    [McpServerTool, Description("Gives a random number.")]
    public static int GetRandomNumber() => Random.Shared.Next(100);
}
