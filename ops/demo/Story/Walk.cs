using Story.Calls;

namespace Story;

/// <summary>What the steps share: how to call, and what earlier steps learned.</summary>
internal sealed class Walk
{
    private readonly List<string> _facts = [];

    public Walk(StoryOptions options)
    {
        Options = options;
        Cli = new Accessbroker(options);
        Gateway = new Gateway(options.Server);
        HelpdeskLog = new HelpdeskLog(options.HelpdeskLog);
    }

    public StoryOptions Options { get; }

    public Accessbroker Cli { get; }

    public Gateway Gateway { get; }

    public HelpdeskLog HelpdeskLog { get; }

    /// <summary>Dana's request for tickets.read and tickets.stream.</summary>
    public string Request { get; set; } = "";

    /// <summary>Dana's grant out of it, 15 minutes.</summary>
    public string Grant { get; set; } = "";

    /// <summary>Dana's consent token under it.</summary>
    public string Token { get; set; } = "";

    /// <summary>Eve's request for one minute, her session under it, its token, and when the grant ends.</summary>
    public string MinuteRequest { get; set; } = "";

    public string MinuteGrant { get; set; } = "";

    public string MinuteToken { get; set; } = "";

    public DateTimeOffset MinuteEnds { get; set; }

    public string PinnedFile => Path.Combine(Options.Out, "pinned");

    public string KeyFile => Path.Combine(Options.Out, "vkey");

    public string BundleFolder => Path.Combine(Options.Out, "bundle");

    /// <summary>Something worth printing under the step.</summary>
    public void Tell(string fact) => _facts.Add(fact);

    public IReadOnlyList<string> TakeFacts()
    {
        string[] facts = [.. _facts];
        _facts.Clear();
        return facts;
    }

    public static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new StoryException(otherwise);
    }
}
