using System.Text;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Copies of a serialized request, each with another signature of its token.</summary>
internal sealed class ForgedRequests
{
    private readonly byte[] _request;
    private readonly int _place;

    public ForgedRequests(byte[] request)
    {
        _request = request;
        var token = request.AsSpan().IndexOf("Bearer "u8);
        var line = request.AsSpan(token, request.AsSpan(token).IndexOf("\r\n"u8));
        var signature = line.LastIndexOf((byte)'.');
        _place = token + signature + 20;
    }

    public byte[] Create(int number)
    {
        var forged = _request.ToArray();
        Encoding.ASCII.GetBytes($"{number:D8}", forged.AsSpan(_place));
        return forged;
    }
}
