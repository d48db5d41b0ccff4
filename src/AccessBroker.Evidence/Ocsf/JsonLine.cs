using System.Buffers;
using System.Buffers.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// Writes JSON whose bytes depend on nothing but what is written: the verifier of another year must write the same line again.
/// Strings as <see cref="JsonText"/>; a member that is null is left out.
/// </summary>
internal sealed class JsonLine
{
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private bool _comma;

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public void Clear()
    {
        _output.ResetWrittenCount();
        _comma = false;
    }

    /// <summary>Bytes as they are; what follows begins with a comma.</summary>
    public JsonLine Raw(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _comma = true;
        return this;
    }

    public JsonLine Open(string? name = null)
    {
        if (name is not null)
            Name(name);
        _output.Write("{"u8);
        _comma = false;
        return this;
    }

    public JsonLine Close() => Raw("}"u8);

    public JsonLine Add(string name, string? value)
    {
        if (value is null)
            return this;
        Name(name);
        _output.Advance(JsonText.Write(_output.GetSpan(JsonText.MaxLength(value.Length)), value));
        return this;
    }

    public JsonLine Add(string name, long? value)
    {
        if (value is not { } number)
            return this;
        Name(name);
        Utf8Formatter.TryFormat(number, _output.GetSpan(20), out var written);
        _output.Advance(written);
        return this;
    }

    private void Name(string name)
    {
        if (_comma)
            _output.Write(","u8);
        _output.Advance(JsonText.Write(_output.GetSpan(JsonText.MaxLength(name.Length)), name));
        _output.Write(":"u8);
        _comma = true;
    }
}
