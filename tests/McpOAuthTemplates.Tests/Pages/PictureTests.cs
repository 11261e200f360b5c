using System.Globalization;
using McpOAuthTemplates.Tests.Infrastructure;
using Microsoft.Playwright;

namespace McpOAuthTemplates.Tests.Pages;

/// <summary>The pictures of the README. With ACCEPT_SCREENSHOTS=1 they are taken anew.</summary>
public sealed class PictureTests(ChromiumFixture chromium) : ChromiumTests(chromium)
{
    [SkippableTheory]
    [InlineData("connect")]
    [InlineData("consent")]
    public async Task The_README_has_a_small_picture_of_each_page(string name)
    {
        var picture = $".github/images/{name}.png";
        var path = Path.Combine(Repository.Root, picture);
        if (Environment.GetEnvironmentVariable("ACCEPT_SCREENSHOTS") == "1")
        {
            await using var tab = await (name == "connect" ? CallToolAsync() : AskForConsentAsync());

            // The port that the README has in its examples, so that the picture is always the same.
            await tab.Page.EvaluateAsync(
                """
                port => {
                  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  while (texts.nextNode()) {
                    texts.currentNode.data = texts.currentNode.data.replaceAll(port, "5100");
                  }
                }
                """,
                Chromium.Server.Address.Port.ToString(CultureInfo.InvariantCulture));
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });
            return; // It is too large yet: see CONTRIBUTING.md.
        }

        Assert.InRange(new FileInfo(path).Length, 1, 100_000);
        Assert.Matches($@"!?\[[^\]]{{10,}}\]\({picture}\)", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")));
    }

    private async Task<Tab> AskForConsentAsync() =>
        await Chromium.OpenConsentAsync(await Chromium.RegisterAsync("Claude Code"), width: 480);

    private async Task<Tab> CallToolAsync()
    {
        var tab = await Chromium.SignInAsync("/", width: 720);
        await tab.CallAsync("add_todo", ("title", "Buy milk"));
        await Assertions.Expect(tab.Page.Locator("#answer h3")).ToHaveTextAsync("The answer");
        return tab;
    }
}
