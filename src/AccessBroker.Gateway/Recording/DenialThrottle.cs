using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AccessBroker.Gateway;

/// <summary>
/// Decides which unauthenticated refusals get an entry of their own: the first ten a minute and address. The rest are
/// counted, so that nobody without a token can fill the log, nor hide in its absence.
/// </summary>
internal sealed class DenialThrottle(int perMinute)
{
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Trail, string Address), Window> _windows = new();

    /// <param name="Trail">Where the entry belongs.</param>
    public readonly record struct Counted(string Trail, string Address, long Count, DateTimeOffset From, DateTimeOffset To);

    /// <summary>True: record this one by itself. False: it was counted.</summary>
    public bool MayRecord(string trail, IPAddress address, DateTimeOffset now)
    {
        var key = (trail, KeyOf(address));
        if (!_windows.ContainsKey(key) && _windows.Count >= MostAddresses)
            key = (trail, "(many addresses)");
        while (true)
        {
            var window = _windows.GetOrAdd(key, static (_, from) => new Window(from), now);
            if (window.TryCount(perMinute, out var record))
                return record;
            _windows.TryRemove(KeyValuePair.Create(key, window)); // it was closed between the two lines
        }
    }

    /// <summary>Closes the minutes that are over, and returns those with more refusals than were recorded.</summary>
    /// <param name="all">Closes the others too: the server stops.</param>
    public IReadOnlyList<Counted> Close(DateTimeOffset now, bool all = false)
    {
        var counted = new List<Counted>();
        foreach (var (key, window) in _windows)
        {
            if (!all && now - window.From < Minute)
                continue;
            _windows.TryRemove(KeyValuePair.Create(key, window));
            if (window.Close(perMinute) is > 0 and var more)
                counted.Add(new Counted(key.Trail, key.Address, more, window.From, now));
        }

        return counted;
    }

    /// <summary>IPv6 clients own a /64, so it counts as one address.</summary>
    private static string KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes) + "/64";
    }

    private sealed class Window(DateTimeOffset from)
    {
        private long _count; // below zero once closed

        public DateTimeOffset From => from;

        public bool TryCount(int perMinute, out bool record)
        {
            var count = Interlocked.Increment(ref _count);
            record = count <= perMinute;
            return count > 0;
        }

        public long Close(int perMinute) => Interlocked.Exchange(ref _count, long.MinValue / 2) - perMinute;
    }
}
