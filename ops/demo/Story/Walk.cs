using Story.Calls;

namespace Story;

/// <summary>What the steps share: how to call, and what earlier steps learned.</summary>
internal sealed class Walk
{
    private readonly List<string> _facts = [];

    public Walk(StoryOptions options)
    {
        Options = options;
        Cli = new Accessbroker(this);
        Gateway = new Gateway(this);
        HelpdeskLog = new HelpdeskLog(options.HelpdeskLog);
    }

    public StoryOptions Options { get; }

    public Accessbroker Cli { get; }

    public Gateway Gateway { get; }

    public HelpdeskLog HelpdeskLog { get; }

    /// <summary>Every token, cookie, code and credential that passed.</summary>
    public Secrets Secrets { get; } = new();

    /// <summary>What was called last, for whoever reads a failure.</summary>
    public string LastCall { get; set; } = "nothing yet";

    /// <summary>Dana's request for tickets.read and tickets.stream.</summary>
    public string Request { get; set; } = "";

    /// <summary>Dana's grant out of it, 15 minutes.</summary>
    public string Grant { get; set; } = "";

    /// <summary>Dana's consent token under it.</summary>
    public string Token { get; set; } = "";

    /// <summary>Eve's request by the HTML page, and her grant, which Priya narrowed to tickets.read on the HTML page.</summary>
    public string NarrowedRequest { get; set; } = "";

    public string NarrowedGrant { get; set; } = "";

    /// <summary>Eve's minute: asked by the JSON API, never touched by anything but the clock.</summary>
    public Minute? Minute { get; set; }

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

/// <summary>A grant of one real minute, with the two ways into it.</summary>
internal sealed record Minute(string Grant, DateTimeOffset Ends, string Token, string Cookie);
