using System.Collections.Concurrent;
using System.Threading.Channels;
using Helpdesk.Data;

namespace Helpdesk.Chat;

internal sealed record ChatMessage(long Id, string Author, string Text, DateTimeOffset SentAt);

/// <summary>One chat an organisation: stores what is said and hands it to everybody who joined, the speaker included.</summary>
internal sealed class ChatRooms(Database database, TimeProvider time)
{
    private const int History = 20;
    private readonly ConcurrentDictionary<Channel<ChatMessage>, string> members = new();

    /// <summary>Joins; the reader first gives the last messages. Leave with <see cref="Leave"/>.</summary>
    public Channel<ChatMessage> Join(string org)
    {
        var mine = Channel.CreateBounded<ChatMessage>(new BoundedChannelOptions(200) { FullMode = BoundedChannelFullMode.DropOldest });
        var said = database.Query(
            "SELECT id, author, text, sent_at FROM chat_messages WHERE org = $a ORDER BY id DESC LIMIT $b",
            row => new ChatMessage(row.GetInt64(0), row.GetString(1), row.GetString(2), Database.Time(row, 3)), org, History);
        foreach (var message in said.AsEnumerable().Reverse())
            mine.Writer.TryWrite(message);
        members[mine] = org;
        return mine;
    }

    public void Leave(Channel<ChatMessage> mine)
    {
        members.TryRemove(mine, out _);
        mine.Writer.TryComplete();
    }

    public void Say(string org, string author, string text)
    {
        var now = time.GetUtcNow();
        var id = database.Insert("INSERT INTO chat_messages (org, author, text, sent_at) VALUES ($a, $b, $c, $d)", org, author, text, now);
        foreach (var (member, theirs) in members)
            if (theirs == org)
                member.Writer.TryWrite(new(id, author, text, now));
    }
}
