using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using McpOAuthTemplates.Tests.DevAuth;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace McpOAuthTemplates.Tests.Pages;

/// <summary>The browser that is installed on this machine, and a todo server for it: both are started once for all these tests.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>How long to wait for what a page does at once on a machine that has nothing else to do.</summary>
    private static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string? Executable { get; } = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        from name in s_names
        select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    internal ServerProcess Server { get; private set; } = null!;

    /// <summary>A redirect URI at the server itself, so that a sign-in ends on a page that is really there.</summary>
    public string Callback => new Uri(Server.Address, "healthz").AbsoluteUri;

    /// <summary>Opens a tab of its own, without cookies, whose size and colours are those of a person's.</summary>
    internal async Task<Tab> OpenAsync(string url, ColorScheme colors = ColorScheme.Light, int width = 1000, Func<IPage, Task>? prepare = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = colors,
            ViewportSize = new ViewportSize { Width = width, Height = 700 },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        var tab = new Tab(context, await context.NewPageAsync(), Server.Address);
        await (prepare?.Invoke(tab.Page) ?? Task.CompletedTask);
        await tab.Page.GotoAsync(new Uri(Server.Address, url).AbsoluteUri);
        return tab;
    }

    /// <summary>Opens the connect page and signs in there, after what is done on the consent page.</summary>
    internal async Task<Tab> SignInAsync(
        string url, Func<IPage, Task>? fill = null, ColorScheme colors = ColorScheme.Light, int width = 1000)
    {
        var tab = await OpenAsync(url, colors, width);
        await tab.StartSignInAsync();
        await (fill?.Invoke(tab.Page) ?? Task.CompletedTask);
        await tab.Page.GetByText("Allow", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await tab.ExpectPickerAsync();
        return tab;
    }

    /// <summary>Registers a client of this name, and returns its id.</summary>
    public Task<string> RegisterAsync(string name) => DevAuthorizationServerTests.Fixture.RegisterAsync(Server.Client, name, Callback);

    /// <summary>Opens the consent page for a client.</summary>
    internal Task<Tab> OpenConsentAsync(string clientId, ColorScheme colors = ColorScheme.Light, int width = 1000) => OpenAsync(
        QueryHelpers.AddQueryString("/dev-auth/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = clientId,
            ["redirect_uri"] = Callback,
            ["code_challenge"] = DevAuthorizationServerTests.Fixture.Challenge,
            ["code_challenge_method"] = "S256",
            ["state"] = "xyz",
        }),
        colors, width);

    public async Task InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        Server = await TodoServer.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
        });
    }

    public async Task DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>Tests in a real browser, skipped where there is none.</summary>
[Collection(nameof(ChromiumTests))]
public abstract class ChromiumTests
{
    protected ChromiumTests(ChromiumFixture chromium)
    {
        Skip.If(ChromiumFixture.Executable is null, "Neither Chromium nor Chrome is installed: apt-get install chromium");
        Chromium = chromium;
    }

    protected ChromiumFixture Chromium { get; }
}

[CollectionDefinition(nameof(ChromiumTests))]
public sealed class OneChromiumForAll : ICollectionFixture<ChromiumFixture>;

/// <summary>A page and what went wrong in it.</summary>
internal sealed partial class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _problems = [];

    public Tab(IBrowserContext context, IPage page, Uri server)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Report(
            // What the client is sent back to has no policy, so that the browser asks for an icon there.
            message.Type is "error" or "warning" && !message.Location.Contains("/favicon.ico", StringComparison.Ordinal),
            $"{message.Text} {message.Location}");
        page.PageError += (_, error) => Report(true, error);
        page.Dialog += (_, dialog) =>
        {
            Report(true, $"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) => Report(new Uri(request.Url).Authority != server.Authority, $"request: {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, exceptions, dialogs, requests to another origin.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_problems)
            {
                return [.. _problems];
            }
        }
    }

    /// <summary>Has axe-core look at the page, and fails with what it has to say.</summary>
    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe();
        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {rule.Help}: {node.Html}")));
    }

    /// <summary>Waits until the page at the redirect URI of the client is there, whether its events were seen or not.</summary>
    public Task WaitForCallbackAsync() => Assertions.Expect(Page).ToHaveURLAsync(CallbackUrl);

    /// <summary>Goes through the page with the Tab key. Every stop must be visible as one.</summary>
    public async Task<IReadOnlyList<string>> WalkAsync()
    {
        List<string> stops = [];
        while (true)
        {
            await Page.Keyboard.PressAsync("Tab");
            var stop = await Page.EvaluateAsync<string[]>("""
                () => {
                  const element = document.activeElement, style = getComputedStyle(element);
                  const name = element.ariaLabel || element.labels?.[0]?.textContent || element.textContent;
                  return [element === document.body ? "" : name.trim().replace(/\s+/g, " "), style.outlineStyle, style.outlineWidth];
                }
                """);
            if (stop[0].Length == 0 || stops.Contains(stop[0]))
            {
                return stops;
            }

            Assert.Equal(["solid", "3px"], stop[1..]);
            stops.Add(stop[0]);
        }
    }

    /// <summary>Goes from the connect page to the consent page.</summary>
    public async Task StartSignInAsync()
    {
        await Assertions.Expect(Page.Locator("#checks .passed")).ToHaveCountAsync(3);
        await Page.Locator("#sign-in").ClickAsync();
        await ExpectConsentAsync();
    }

    /// <summary>The consent page asks for the connect page.</summary>
    public Task ExpectConsentAsync() => Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync("Allow The connect page?");

    /// <summary>The connect page is there again, with what can be called.</summary>
    public Task ExpectPickerAsync() => Assertions.Expect(Page.Locator("#picker")).ToBeFocusedAsync();

    /// <summary>Calls a tool, prompt or resource on the connect page.</summary>
    public async Task CallAsync(string name, params (string Name, string Value)[] arguments)
    {
        await Page.Locator("#picker").SelectOptionAsync(name);
        foreach (var (argument, value) in arguments)
        {
            await Page.GetByLabel(argument, new PageGetByLabelOptions { Exact = true }).FillAsync(value);
        }

        await Page.Locator("#call button").ClickAsync();
    }

    /// <summary>Presses the Tab key until what has this name has the focus.</summary>
    public async Task TabToAsync(string name)
    {
        for (var i = 0; i < 50; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await GetFocusedNameAsync() == name)
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not reach: {name}");
    }

    /// <summary>Chooses what has the focus, as the Enter key does.</summary>
    public Task PressEnterAsync() => Page.Keyboard.PressAsync("Enter");

    public Task<string> GetFocusedNameAsync() => Page.EvaluateAsync<string>("""
        () => {
          const element = document.activeElement;
          const name = element.ariaLabel || element.labels?.[0]?.textContent || element.textContent;
          return element === document.body ? "" : name.trim().replace(/\s+/g, " ");
        }
        """);

    public async Task AssertFitsAsync() =>
        Assert.Equal(Page.ViewportSize!.Width, await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Report(bool isProblem, string text)
    {
        lock (_problems)
        {
            if (isProblem)
            {
                _problems.Add(text);
            }
        }
    }

    [GeneratedRegex(@"/healthz\?")]
    private static partial Regex CallbackUrl { get; }
}
