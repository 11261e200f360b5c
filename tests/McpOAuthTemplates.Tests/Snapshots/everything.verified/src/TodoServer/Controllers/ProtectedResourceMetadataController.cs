using TodoServer.Authorization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using ModelContextProtocol;

namespace TodoServer.Controllers;

/// <summary>The metadata of RFC 9728: at the URL of the challenge and at the root, where some clients look first.</summary>
[ApiController, AllowAnonymous, AllowAnyOrigin, DisableRateLimiting, Route(".well-known/oauth-protected-resource")]
public sealed class ProtectedResourceMetadataController(IOptions<OAuthOptions> options) : ControllerBase
{
    [HttpGet("{**path}")]
    public IActionResult Get(string? path) => string.IsNullOrEmpty(path) || Request.Path == options.Value.MetadataPath
        // The options of the SDK, which leave out what is null: strict clients refuse the document otherwise.
        ? new JsonResult(options.Value.ToMetadata(), McpJsonUtilities.DefaultOptions)
        : NotFound();
}
