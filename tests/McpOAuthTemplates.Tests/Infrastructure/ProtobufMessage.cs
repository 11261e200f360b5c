using Google.Protobuf;

namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>A message of Protocol Buffers, read without its schema: the values of each field by its number.</summary>
internal sealed class ProtobufMessage(ByteString bytes)
{
    private readonly ILookup<uint, object> _fields = Read(bytes).ToLookup(field => field.Number, field => field.Value);

    public IEnumerable<ProtobufMessage> GetMessages(uint field) => _fields[field].Select(value => new ProtobufMessage((ByteString)value));

    public string GetText(uint field) => GetBytes(field).ToStringUtf8();

    public string GetHex(uint field) => Convert.ToHexString(GetBytes(field).Span);

    public ulong GetNumber(uint field) => _fields[field].OfType<ulong>().SingleOrDefault();

    public bool Has(uint field) => _fields[field].Any();

    private ByteString GetBytes(uint field) => _fields[field].OfType<ByteString>().SingleOrDefault(ByteString.Empty);

    private static IEnumerable<(uint Number, object Value)> Read(ByteString bytes)
    {
        using var input = bytes.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            yield return ((uint)WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => (ulong)input.ReadFixed32(),
                _ => input.ReadBytes(),
            });
        }
    }
}
