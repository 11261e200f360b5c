using Microsoft.IdentityModel.Tokens;

namespace TodoServer.Authorization;

/// <summary>
/// JwtBearerHandler copies its parameters for each request. Most requests have a token that is
/// known, and need no copy: nothing may change these parameters.
/// </summary>
internal sealed class SharedValidationParameters : TokenValidationParameters
{
    public override TokenValidationParameters Clone() => this;

    /// <summary>A copy that may be changed.</summary>
    public TokenValidationParameters Copy() => base.Clone();
}
