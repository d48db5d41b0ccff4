namespace AccessBroker.Web.Pages.Shared;

/// <summary>A line of a timeline, on the page and over the live feed alike.</summary>
/// <param name="Index">The entry's index in the log.</param>
/// <param name="Time">When it was recorded.</param>
/// <param name="Clock">The same in words: "14:07:31 UTC".</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Blocked">The broker refused it.</param>
public sealed record TimelineItem(long Index, DateTimeOffset Time, string Clock, string Sentence, bool Blocked);
