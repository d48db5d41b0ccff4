namespace AccessBroker.Evidence;

/// <summary>
/// A body would exceed <see cref="CanonicalJson.MaxBytes"/>. Callers that record what people or programs sent
/// shorten the largest fields before they build the body; a body is never cut behind their back.
/// </summary>
public sealed class BodyTooLargeException(int length)
    : InvalidOperationException($"The body has {length} bytes or more, the log allows {CanonicalJson.MaxBytes}; shorten its longest fields.")
{
    /// <summary>Bytes reached when the limit was noticed.</summary>
    public int Length { get; } = length;
}
