using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>Reads a JSON file token by token, holding no more of it than the longest token.</summary>
internal sealed class JsonTokens(Stream input) : IDisposable
{
    /// <summary>Refused where longer.</summary>
    public const int MaxToken = 256 * 1024;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start, _end;
    private bool _isFinal;
    private JsonReaderState _state;

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next token, with its text where it is a name or a string; <see cref="JsonTokenType.None"/> at the end.</summary>
    /// <exception cref="JsonException">It is not JSON, or a token is too long.</exception>
    /// <exception cref="InvalidOperationException">A string holds half of a surrogate pair.</exception>
    public JsonTokenType Next(out string? text)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
            if (reader.Read())
            {
                _start += (int)reader.BytesConsumed;
                Position += reader.BytesConsumed;
                _state = reader.CurrentState;
                text = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString() : null;
                return reader.TokenType;
            }
            if (_isFinal)
            {
                text = null;
                return JsonTokenType.None;
            }
            Fill();
        }
    }

    public void Dispose() => input.Dispose();

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length < MaxToken ? _buffer.Length * 2 : throw new JsonException($"A token is longer than {MaxToken} bytes."));
        var read = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isFinal = read == 0;
    }
}
