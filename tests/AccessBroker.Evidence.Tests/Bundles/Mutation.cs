namespace AccessBroker.Evidence.Tests;

/// <summary>Small edits of the kinds that break parsers.</summary>
internal static class Mutation
{
    private static readonly byte[][] Tokens =
        [.. new[] { "null", "\"withheld\"", "\n", "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "-1", "0", "1e9", "18446744073709551615", "ABE1", "\0", "\u00ff" }
            .Select(System.Text.Encoding.UTF8.GetBytes)];

    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(bytes.Count - at, random.Next(1, random.Next(2) == 0 ? 4 : 200));
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 5:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    var token = Tokens[random.Next(Tokens.Length)];
                    bytes.RemoveRange(at, Math.Min(token.Length, bytes.Count - at));
                    bytes.InsertRange(at, token);
                    break;
            }
        }
        return [.. bytes];
    }
}
