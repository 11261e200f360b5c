namespace TodoServer.Authorization;

/// <summary>The name under which ASP.NET Core knows this protection.</summary>
internal static class OAuthDefaults
{
    /// <summary>
    /// The authentication scheme of the access tokens. It is never the default scheme of the app,
    /// so that neither can change what the other does.
    /// </summary>
    public const string AuthenticationScheme = "OAuthBearer";
}
