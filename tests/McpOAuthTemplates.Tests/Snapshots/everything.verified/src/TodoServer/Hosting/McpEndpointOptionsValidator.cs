using Microsoft.Extensions.Options;

namespace TodoServer.Hosting;

/// <summary>Refuses to start with settings that cannot work.</summary>
internal sealed class McpEndpointOptionsValidator : IValidateOptions<McpEndpointOptions>
{
    public ValidateOptionsResult Validate(string? name, McpEndpointOptions options)
    {
        if (options.RequestsPerMinute < 1)
        {
            return ValidateOptionsResult.Fail(
                $"Mcp:RequestsPerMinute must be at least 1, but is {options.RequestsPerMinute}.");
        }

        return ValidateOptionsResult.Success;
    }
}
