namespace Bench;

/// <summary>One way to put something before the upstream.</summary>
internal interface IVariant
{
    /// <summary>As it stands in the results, such as <c>audited-sqlite</c>.</summary>
    string Name { get; }

    /// <summary>It lets only requests with a good token through.</summary>
    bool Guards { get; }

    /// <summary>The request, with a token that outlives the measurement.</summary>
    Task<Call> PrepareAsync();

    /// <summary>Where its records stand: variants that share a log are counted together.</summary>
    string Log => Name;

    /// <summary>Records that stand in <see cref="Log"/> so far; null where none are written.</summary>
    Task<long?> CountRecordsAsync();
}
