using System.Collections.Concurrent;

namespace McpOAuthTemplates.Faults;

/// <summary>What the requests of a run came to.</summary>
internal sealed class Figures
{
    private const int MaxExamples = 5;

    private readonly ConcurrentDictionary<Answer, int> _answers = new();
    private readonly ConcurrentQueue<string> _examples = new();

    public int Sent => _answers.Values.Sum() - Count(Answer.NotAccepted);

    /// <summary>What the first wrong and lost answers were.</summary>
    public IEnumerable<string> Examples => _examples;

    /// <summary>When the last request was lost.</summary>
    public DateTime? LastLoss { get; private set; }

    public int Count(Answer answer) => _answers.GetValueOrDefault(answer);

    public void Add(Answer answer, int count = 1) =>
        _answers.AddOrUpdate(answer, count, (_, before) => before + count);

    public void Add(Answer answer, string example)
    {
        Add(answer);
        if (answer == Answer.Lost)
        {
            LastLoss = DateTime.UtcNow;
        }

        if (_examples.Count < MaxExamples)
        {
            _examples.Enqueue(example);
        }
    }
}
