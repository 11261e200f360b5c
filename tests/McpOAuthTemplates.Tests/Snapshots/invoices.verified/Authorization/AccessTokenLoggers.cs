namespace TodoServer.Authorization;

/// <summary>
/// Logs under the name of the handler of ASP.NET Core, so that the level which the settings of the
/// app give to "Microsoft.AspNetCore" holds for each refused token as well.
/// </summary>
internal sealed class AccessTokenLoggers(ILoggerFactory loggers) : ILoggerFactory
{
    private const string Category =
        "Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler";

    public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(Category);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The factory of the app is not ours to dispose of.
    }
}
