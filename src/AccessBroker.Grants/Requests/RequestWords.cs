using System.Globalization;
using System.Text;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>
/// A request in plain words. The approval page, the engineer's preview, the CLI and the text that <c>review.approved</c>
/// records all take their sentences from here, so what was shown and what was logged cannot drift apart.
/// Generated from the scope alone; the only free text is the quoted reason.
/// </summary>
public static class RequestWords
{
    /// <summary>"Dana Ruiz (Northwind) asks to see your tickets and their comments for 30 minutes".</summary>
    public static string Heading(RequestView request) =>
        $"{Who(request.Requester)} asks to {Summary(request.Operations, request.TargetTitle)} for {Duration(request.Minutes)}";

    public static string Who(PersonView person) => person.Organisation.Length == 0 ? person.Name : $"{person.Name} ({person.Organisation})";

    /// <summary>One or two operations are named; more are summed up, because a heading must be readable at a glance.</summary>
    public static string Summary(IReadOnlyList<OperationView> operations, string targetTitle) => operations switch
    {
        [] => "do nothing",
        [var only] => Lower(only.Sentence),
        [var first, var second] => $"{Lower(first.Sentence)}, and to {Lower(second.Sentence)},",
        _ when operations.All(o => !o.Writes) => $"read {operations.Count} kinds of your data in {targetTitle}",
        _ => $"read and change {operations.Count} kinds of your data in {targetTitle}",
    };

    /// <summary>"1 minute", "30 minutes", "1 hour", "1 hour 30 minutes".</summary>
    public static string Duration(int minutes)
    {
        var (hours, rest) = Math.DivRem(minutes, 60);
        var parts = new List<string>(2);
        if (hours > 0)
            parts.Add(Count(hours, "hour"));
        if (rest > 0 || hours == 0)
            parts.Add(Count(rest, "minute"));
        return string.Join(' ', parts);
    }

    /// <summary>A reason code in words: <c>customer-support</c> → "Customer support".</summary>
    public static string ReasonCode(string code) => code switch
    {
        "customer-support" => "Customer support",
        "vendor-initiated-service" => "Service started by the vendor",
        "security-review" => "Security review",
        "legal-request" => "Legal request",
        "production-alert" => "Production alert",
        _ => code,
    };

    /// <summary>What stays impossible: the target's other operations, and change itself where nothing granted can change data.</summary>
    public static IReadOnlyList<string> WillNot(IReadOnlyList<OperationView> granted, IReadOnlyList<string> otherSentences)
    {
        var sentences = new List<string>(otherSentences.Count + 1);
        if (granted.All(o => !o.Writes))
            sentences.Add("Change, add or delete anything");
        sentences.AddRange(otherSentences);
        return sentences;
    }

    /// <summary>The approve button says its result: "Approve 15 minutes, read only".</summary>
    public static string ApproveButton(IReadOnlyList<OperationView> asked, IReadOnlyList<OperationView> chosen, int minutes)
    {
        var label = $"Approve {Duration(minutes)}";
        if (chosen.All(o => !o.Writes))
            label += ", read only";
        if (chosen.Count < asked.Count)
            label += $", {chosen.Count} of {asked.Count} kinds of access";
        return label;
    }

    /// <summary>The whole consent as text: recorded with the approval, word for word what the page showed for that choice.</summary>
    /// <param name="asked">The request as it was shown.</param>
    /// <param name="customer">The customer's name.</param>
    /// <param name="minutes">Minutes approved.</param>
    /// <param name="granted">Operations approved, a subset of those asked for.</param>
    /// <param name="scopeHash">Hash of the approved scope.</param>
    public static string Consent(RequestView asked, string customer, int minutes, IReadOnlyList<OperationView> granted, string scopeHash)
    {
        var left = asked.Operations.Where(o => granted.All(g => g.Name != o.Name)).Select(o => o.Sentence);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Who(asked.Requester)} may use {asked.TargetTitle} for {customer} for {Duration(minutes)} from now.\n");
        text.Append("Will be able to:\n");
        foreach (var operation in granted)
            text.Append(CultureInfo.InvariantCulture, $"- {operation.Sentence} ({string.Join(", ", operation.Methods)} {string.Join(", ", operation.Paths)})\n");
        text.Append("Will not be able to:\n");
        foreach (var sentence in WillNot(granted, [.. left, .. asked.WillNotBeAbleTo]))
            text.Append(CultureInfo.InvariantCulture, $"- {sentence}\n");
        text.Append(CultureInfo.InvariantCulture, $"Why: {ReasonCode(asked.ReasonCode)}{Ticket(asked.Ticket)}: \"{asked.Reason}\"\n");
        if (asked.SharedCredential)
            text.Append(SharedCredential).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"Scope: {scopeHash}\n");
        return text.ToString();
    }

    /// <summary>Said wherever one upstream credential serves every customer.</summary>
    public const string SharedCredential =
        "The application behind the gateway is reached with one service account that serves all customers; the gateway, not the account, keeps this access to your data alone.";

    /// <summary>", ticket 48213", or nothing.</summary>
    public static string Ticket(string? ticket) => ticket is null ? "" : $", ticket {ticket}";

    internal static string Lower(string sentence) =>
        sentence.Length > 1 && char.IsUpper(sentence[0]) && !char.IsUpper(sentence[1]) ? char.ToLowerInvariant(sentence[0]) + sentence[1..] : sentence;

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
