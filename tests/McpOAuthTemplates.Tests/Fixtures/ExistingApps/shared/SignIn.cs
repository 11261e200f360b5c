using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

public static class SignIn
{
    // The cookie has what a careless check would take for scopes.
    public static void MapSignIn(this IEndpointRouteBuilder endpoints, string scheme)
    {
        Claim[] claims =
        [
            new("sub", "alice"), new("name", "alice"), new("role", "staff"),
            new("scope", "todo:read todo:write"), new("scp", "todo:read todo:write"),
        ];
        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, "name", "role"));
        endpoints.MapPost("/login", (HttpContext http) => http.SignInAsync(scheme, user)).AllowAnonymous();
    }
}
