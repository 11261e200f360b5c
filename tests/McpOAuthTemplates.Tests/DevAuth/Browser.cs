using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace McpOAuthTemplates.Tests.DevAuth;

/// <summary>Does what a person does on the consent page, with the forms that are really there.</summary>
internal sealed class Browser(HttpClient http)
{
    /// <summary>Opens a URL; the answer is a page or, without following it, a redirect.</summary>
    public async Task<BrowserAnswer> OpenAsync(string url, params (string Name, string Value)[] headers) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, url), headers);

    /// <summary>
    /// Fills in the form of the page and sends it with the button of this name, as the browser would: with its Origin and with the
    /// boxes that are checked.
    /// </summary>
    public Task<BrowserAnswer> SubmitAsync(
        BrowserAnswer page, string button, string? user = null, string[]? keepChecked = null, params (string Name, string Value)[] headers)
    {
        Dictionary<string, string> values = user is null ? [] : new() { ["user"] = user };
        return SubmitAsync(page, button, values, keepChecked, headers);
    }

    /// <summary>The same with these values in the fields of these names.</summary>
    public async Task<BrowserAnswer> SubmitAsync(
        BrowserAnswer page,
        string button,
        Dictionary<string, string> values,
        string[]? keepChecked = null,
        params (string Name, string Value)[] headers)
    {
        var form = Assert.Single(page.Document.Forms);
        List<KeyValuePair<string, string>> fields = [];
        Assert.Empty(values.Keys.Except(form.Elements.Select(element => element.GetAttribute("name"))));
        foreach (var area in form.Elements.OfType<IHtmlTextAreaElement>())
        {
            fields.Add(new(area.Name!, values.GetValueOrDefault(area.Name!, area.Value)));
        }

        foreach (var input in form.Elements.OfType<IHtmlInputElement>())
        {
            if (input.Type == "checkbox")
            {
                if (keepChecked is null ? input.IsChecked : keepChecked.Contains(input.Value))
                {
                    fields.Add(new(input.Name!, input.Value));
                }
            }
            else
            {
                fields.Add(new(input.Name!, values.GetValueOrDefault(input.Name!, input.Value)));
            }
        }

        var pressed = form.Elements.OfType<IHtmlButtonElement>().Single(element => element.TextContent.Trim() == button);
        if (pressed.Name is { } name)
        {
            fields.Add(new(name, pressed.Value));
        }

        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, form.GetAttribute("action") ?? ""))
        {
            Content = new FormUrlEncodedContent(fields),
        };
        return await SendAsync(request, headers.Length > 0 ? headers : [("Origin", page.Url.GetLeftPart(UriPartial.Authority))]);
    }

    private async Task<BrowserAnswer> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        var document = new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync());
        return new BrowserAnswer(response, new Uri(http.BaseAddress!, request.RequestUri!), document);
    }
}

internal sealed record BrowserAnswer(HttpResponseMessage Response, Uri Url, IHtmlDocument Document)
{
    public int Status => (int)Response.StatusCode;

    public string Text => Document.Body!.TextContent;

    /// <summary>The redirect of the authorization server, without its query.</summary>
    public string RedirectUri => Response.Headers.Location!.OriginalString.Split('?')[0];

    /// <summary>A parameter of the redirect, or null.</summary>
    public string? this[string parameter] =>
        Response.Headers.Location is { } location
        && Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(location.OriginalString).Query).TryGetValue(parameter, out var value)
            ? value.ToString()
            : null;
}
