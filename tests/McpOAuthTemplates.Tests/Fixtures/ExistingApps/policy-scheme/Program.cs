using System.Security.Claims;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication("Smart")
    .AddPolicyScheme("Smart", "Smart", policy => policy.ForwardDefaultSelector = http =>
        http.Request.Headers.Authorization.Count > 0 ? "Bearer" : "Cookies")
    .AddCookie("Cookies")
    .AddJwtBearer("Bearer", jwt =>
    {
        jwt.Authority = builder.Configuration["Own:Issuer"];
        jwt.Audience = "orders";
        jwt.RequireHttpsMetadata = false;
    });
builder.Services.AddAuthorization();
builder.Services.AddMcpServer().WithHttpTransport().WithTools<NoteTools>();

var app = builder.Build();

app.MapSignIn("Cookies");
app.MapGet("/account", (ClaimsPrincipal user) => user.Identity!.AuthenticationType).RequireAuthorization();
app.MapMcp("/mcp");

app.Run();
