using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>
/// What an IDE asks for a template: the options that ide.host.json shows, in its order, with the texts
/// of template.json or of a translation. What is known of IDEs is in CONTRIBUTING.md.
/// </summary>
internal sealed class TemplateDialog
{
    private static readonly Dictionary<string, string> s_none = [];

    private readonly TemplateConfiguration _configuration;
    private readonly IReadOnlyDictionary<string, string> _translations;

    private TemplateDialog(string template, string? language)
    {
        _configuration = TemplateConfiguration.Read(template);
        _translations = language is null ? s_none : _configuration.ReadTranslations(language);
        Title = Translate("name", _configuration.Root["name"]);
        Description = Translate("description", _configuration.Root["description"]);
        Fields = [.. EnumerateFields(isVisible: true)];
        HiddenFields = [.. EnumerateFields(isVisible: false)];
    }

    public string Title { get; }

    public string Description { get; }

    /// <summary>What the dialog shows.</summary>
    public IReadOnlyList<DialogField> Fields { get; }

    /// <summary>What it leaves to the command line.</summary>
    public IReadOnlyList<DialogField> HiddenFields { get; }

    public IEnumerable<DialogField> AllFields => Fields.Concat(HiddenFields);

    public bool IsProject => (string)_configuration.Root["tags"]!["type"]! == "project";

    /// <summary>Whether Visual Studio is told to leave the template out.</summary>
    public bool IsHiddenInVisualStudio
    {
        get
        {
            var hosts = _configuration.Ide["unsupportedHosts"]?.AsArray() ?? [];
            return hosts.Any(host => (string)host!["id"]! == "vs");
        }
    }

    /// <summary>The place of the template among others.</summary>
    public int Order => (int)_configuration.Ide["order"]!;

    /// <param name="template">Its short name.</param>
    /// <param name="language">That of a file in its folder "localize", or null for template.json.</param>
    public static TemplateDialog Read(string template, string? language = null) =>
        new(template, language);

    /// <summary>The dialog as a text that a person can review.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.AppendLine(Title);
        text.AppendLine(Description);
        var tags = _configuration.Root["classifications"]!.AsArray().Select(tag => (string)tag!);
        text.AppendLine(string.Join(" | ", tags));
        text.AppendLine(CultureInfo.InvariantCulture, $"({DescribeVisualStudio()})");
        foreach (var field in Fields)
        {
            text.AppendLine();
            field.Render(text);
        }

        if (HiddenFields.Count > 0)
        {
            text.AppendLine().AppendLine("(Only on the command line:)");
        }

        foreach (var field in HiddenFields)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {field.Option,-28}{field.Label}");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private string DescribeVisualStudio()
    {
        if (IsHiddenInVisualStudio)
        {
            return "Rider only: not in Visual Studio, which never asks for the options of an item";
        }

        if (IsProject)
        {
            return $"Visual Studio and Rider, as number {Order}";
        }

        return $"Visual Studio, which takes the defaults without asking, and Rider, as number {Order}";
    }

    private IEnumerable<DialogField> EnumerateFields(bool isVisible)
    {
        foreach (var info in _configuration.Ide["symbolInfo"]!.AsArray())
        {
            if ((bool)info!["isVisible"]! == isVisible)
            {
                yield return ReadField((string)info["id"]!);
            }
        }
    }

    private DialogField ReadField(string id)
    {
        var symbol = _configuration.Symbols[id]!;
        return new DialogField(
            id,
            _configuration.GetOption(id),
            (string)symbol["datatype"]!,
            Translate($"symbols/{id}/displayName", symbol["displayName"]),
            Translate($"symbols/{id}/description", symbol["description"]),
            (string)symbol["defaultValue"]!,
            [.. ReadChoices(id, symbol)],
            (bool?)symbol["allowMultipleValues"] == true,
            symbol["isRequired"] is not null,
            (string?)symbol["isEnabled"]);
    }

    private IEnumerable<DialogChoice> ReadChoices(string id, JsonNode symbol)
    {
        foreach (var choice in symbol["choices"]?.AsArray() ?? [])
        {
            var value = (string)choice!["choice"]!;
            var key = $"symbols/{id}/choices/{value}";
            yield return new DialogChoice(
                value,
                Translate(key + "/displayName", choice["displayName"]),
                Translate(key + "/description", choice["description"]));
        }
    }

    private string Translate(string key, JsonNode? text) =>
        _translations.GetValueOrDefault(key) ?? (string?)text ?? "";
}

/// <summary>An option in a dialog.</summary>
internal sealed record DialogField(
    string Id,
    string Option,
    string DataType,
    string Label,
    string Tooltip,
    string Default,
    IReadOnlyList<DialogChoice> Choices,
    bool AllowsMany,
    bool IsRequired,
    string? EnabledIf)
{
    public bool IsText => DataType == "string";

    public void Render(StringBuilder text)
    {
        text.AppendLine(RenderLabel());
        if (DataType != "bool")
        {
            text.AppendLine(RenderBox());
        }

        text.Append("    ").AppendLine(Tooltip);
        foreach (var choice in Choices)
        {
            text.Append("      - ").AppendLine(choice.Render());
        }
    }

    private string RenderLabel()
    {
        var label = Label;
        if (DataType == "bool")
        {
            var mark = Default == "true" ? "x" : " ";
            label = $"[{mark}] {Label}";
        }

        if (IsRequired)
        {
            label += " (required)";
        }

        return EnabledIf is null ? label : $"{label} (enabled if {EnabledIf})";
    }

    private string RenderBox()
    {
        if (DataType != "choice")
        {
            return $"    [ {Default,-48} ]";
        }

        var chosen = Choices.Where(choice => Default.Split('|').Contains(choice.Value));
        return $"    [ {string.Join(", ", chosen.Select(choice => choice.Label)),-46} v ]";
    }
}

/// <summary>A value of an option that takes one of a list.</summary>
internal sealed record DialogChoice(string Value, string Label, string Tooltip)
{
    public string Render() => Label == Tooltip ? Label : $"{Label}: {Tooltip}";
}
