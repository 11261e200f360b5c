namespace TodoServer.Authorization;

/// <summary>
/// Logs under the name of the handler of ASP.NET Core, so that the level that the app configures
/// for "Microsoft.AspNetCore" also applies to each rejected token.
/// </summary>
internal sealed class AccessTokenLoggers(ILoggerFactory loggers) : ILoggerFactory
{
    private const string Category =
        "Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler";

    public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(Category);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The factory belongs to the app, which disposes of it.
    }
}
