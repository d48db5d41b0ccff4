using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Attachments;

/// <summary>The bytes of the sample attachments: made, not shipped, and the same on every machine and at every start.</summary>
internal static class AttachmentFiles
{
    private const int PrinterLogLines = 60_000;

    /// <summary>Where the bytes of an attachment stand.</summary>
    public static string PathOf(string folder, long id) =>
        Path.Combine(folder, "attachments", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes the content of that name and returns its length and SHA-256 (lower-case hex).</summary>
    public static (long Bytes, string Sha256) Write(string folder, long id, string content)
    {
        var bytes = content switch
        {
            "printer-log" => PrinterLog(),
            "stock-csv" => StockCsv(),
            "label-png" => LabelImage.Png(),
            _ => throw new InvalidOperationException($"seed.json names an unknown content '{content}'."),
        };
        var path = PathOf(folder, id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>About 5 MB of a label printer's log: large enough that a download is still running when access ends.</summary>
    private static byte[] PrinterLog()
    {
        string[] events =
        [
            "INFO  spooler  job {0} accepted, 1 page, queue 3",
            "INFO  printer  job {0} printed in 812 ms, ribbon at 64 %",
            "WARN  printer  job {0} retried: head temperature 61 C",
            "ERROR printer  job {0} misaligned by 14 dots, label discarded",
            "INFO  network  heartbeat to print server answered in 3 ms, job {0}",
        ];
        var text = new StringBuilder(PrinterLogLines * 90);
        var time = new DateTime(2026, 11, 3, 6, 0, 0, DateTimeKind.Utc);
        var state = 48213u;
        for (var i = 0; i < PrinterLogLines; i++)
        {
            state = Next(state);
            time = time.AddMilliseconds(200 + state % 900);
            text.Append(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(" wh2-label-07 ");
            text.AppendFormat(CultureInfo.InvariantCulture, events[state / 7 % (uint)events.Length], 700_000 + i).Append('\n');
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] StockCsv()
    {
        var text = new StringBuilder("sku,warehouse,counted,booked\r\n");
        var state = 881u;
        for (var i = 0; i < 240; i++)
        {
            state = Next(state);
            var booked = state % 180;
            var counted = state / 181 % 9 == 0 ? booked - Math.Min(booked, 3) : booked;
            text.Append(CultureInfo.InvariantCulture, $"LBL-{1000 + i},WH{1 + i % 3},{counted},{booked}\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Marsaglia's xorshift32: System.Random promises no sequence across versions, and the hashes must stay.</summary>
    private static uint Next(uint x)
    {
        x ^= x << 13;
        x ^= x >> 17;
        return x ^ (x << 5);
    }
}
