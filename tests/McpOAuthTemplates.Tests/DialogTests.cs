using System.Text;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// What people see of the templates before they create something: the dialogs of IDEs, and the list
/// of templates. See "Dialogs" in CONTRIBUTING.md.
/// </summary>
public sealed class DialogTests
{
    /// <summary>Ten, and the framework: about what a dialog shows without scrolling.</summary>
    private const int MostFields = 11;

    /// <summary>What a list in a terminal of 80 columns shows of a name.</summary>
    private const int ShortestName = 15;

    /// <summary>How a description tells what an empty box means.</summary>
    private static readonly string[] s_meaningsOfEmpty =
        ["By default, ", "Not needed if ", " if the ", " is required."];

    public static TheoryData<string> Templates => new(TemplateConfiguration.All);

    /// <summary>See "Accept a snapshot" in CONTRIBUTING.md.</summary>
    [Fact]
    public void The_dialogs_are_as_reviewed()
    {
        var dialogs = TemplateConfiguration.All.ToDictionary(
            template => template + ".txt", template => Render(TemplateDialog.Read(template)));
        dialogs.Add("mcp-oauth.de.txt", Render(TemplateDialog.Read("mcp-oauth", "de")));

        DirectorySnapshot.Match(DirectorySnapshot.Dialogs, nameof(DialogTests), dialogs);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_dialog_asks_for_what_most_people_choose(string template)
    {
        var fields = TemplateDialog.Read(template).Fields;

        Assert.InRange(fields.Count, 0, MostFields);
        Assert.Distinct(fields.Select(field => field.Label));
        Assert.All(fields, field =>
        {
            Assert.NotEmpty(field.Label);
            Assert.NotEmpty(field.Tooltip);
            Assert.NotEqual(field.Label, field.Tooltip);
            Assert.All(field.Choices, choice => Assert.NotEmpty(choice.Label));
        });
    }

    /// <summary>IDEs know this symbol, and show no template in which it is not a choice.</summary>
    [Theory]
    [InlineData("mcp-oauth")]
    [InlineData("mcp-oauth-tests")]
    public void The_framework_comes_first(string template)
    {
        var first = TemplateDialog.Read(template).Fields[0];

        Assert.Equal("framework", first.Id);
        Assert.Equal("choice", first.DataType);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_default_is_visible_or_explained(string template)
    {
        Assert.All(TemplateDialog.Read(template).AllFields, field =>
        {
            switch (field.DataType)
            {
                case "choice":
                    var choices = field.Choices.Select(choice => choice.Value);
                    Assert.Subset(choices.ToHashSet(), field.Default.Split('|').ToHashSet());
                    break;
                case "bool":
                    Assert.True(bool.TryParse(field.Default, out _));
                    break;
                default:
                    Assert.True(field.Default.Length > 0 || ExplainsEmpty(field), field.Tooltip);
                    break;
            }
        });
    }

    /// <summary>A name, a URL or a list has a shape that a label does not show.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void A_text_has_an_example(string template)
    {
        var texts = TemplateDialog.Read(template).AllFields.Where(field => field.IsText);

        Assert.All(texts, field => Assert.Matches(@"\bsuch as \S*[:/.]\S+", field.Tooltip));
    }

    /// <summary>
    /// On the command line, the engine takes a disabled option for one that was not given. What it
    /// contradicts would then be accepted without a word.
    /// </summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void No_option_is_disabled_by_another(string template) =>
        Assert.All(TemplateDialog.Read(template).AllFields, field => Assert.Null(field.EnabledIf));

    /// <summary>Visual Studio adds items without asking: one that needs a value fails.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Visual_Studio_has_the_templates_that_work_in_it(string template)
    {
        var dialog = TemplateDialog.Read(template);
        var needsValue = dialog.AllFields.Any(field => field.IsRequired);

        Assert.Equal(!dialog.IsProject && needsValue, dialog.IsHiddenInVisualStudio);
    }

    [Fact]
    public void Projects_come_before_items_and_each_has_its_place()
    {
        var dialogs = TemplateConfiguration.All.Select(template => TemplateDialog.Read(template))
            .OrderBy(dialog => dialog.Order)
            .ToArray();

        Assert.Distinct(dialogs.Select(dialog => dialog.Order));
        Assert.Equal(dialogs.OrderByDescending(dialog => dialog.IsProject), dialogs);
    }

    [Theory]
    [MemberData(nameof(LocalizationTests.Languages), MemberType = typeof(LocalizationTests))]
    public void Each_language_tells_templates_and_options_apart(string language)
    {
        var dialogs = TemplateConfiguration.All.Select(template => TemplateDialog.Read(template, language)).ToArray();

        Assert.Distinct(dialogs.Select(dialog => dialog.Title[..ShortestName]));
        Assert.All(dialogs, dialog => Assert.Distinct(dialog.AllFields.Select(field => field.Label)));
    }

    [Fact]
    public async Task A_list_tells_the_templates_apart_also_in_a_narrow_terminal()
    {
        var list = (await Template.RunAsync(Template.Sandbox, "list")).ShouldSucceed();
        var listed = ReadFirstColumn(list.Output);
        var dialogs = TemplateConfiguration.All.Select(template => TemplateDialog.Read(template));
        var names = dialogs.Select(dialog => dialog.Title).ToArray();
        var longestOfOthers = listed.Except(names).Max(name => name.Length);

        Assert.Empty(names.Except(listed));
        Assert.All(names, name =>
        {
            var visible = name[..ShortestName];
            Assert.Single(listed, other => other.StartsWith(visible, StringComparison.Ordinal));
            Assert.InRange(name.Length, ShortestName, longestOfOthers);
        });
    }

    private static byte[] Render(TemplateDialog dialog) => Encoding.UTF8.GetBytes(dialog.Render());

    private static bool ExplainsEmpty(DialogField field) =>
        s_meaningsOfEmpty.Any(meaning => field.Tooltip.Contains(meaning, StringComparison.Ordinal));

    /// <summary>The cells below the first line of dashes.</summary>
    private static string[] ReadFirstColumn(string table)
    {
        var lines = table.Split('\n');
        var head = Array.FindIndex(lines, line => line.StartsWith("-----", StringComparison.Ordinal));
        var width = lines[head].IndexOf(' ', StringComparison.Ordinal);
        var rows = lines[(head + 1)..].Where(line => line.Length > width);
        return [.. rows.Select(row => row[..width].Trim())];
    }
}
