namespace Bench.Audit;

/// <summary>One way to make entries durable.</summary>
internal interface IAppender : IAsyncDisposable
{
    /// <summary>As it stands in the results, such as <c>log-postgresql</c>.</summary>
    string Name { get; }

    /// <summary>Returns when the entry is on disk.</summary>
    /// <param name="caller">Which of the callers asks, from 0.</param>
    ValueTask AppendAsync(int caller);

    /// <summary>Entries that the database holds now.</summary>
    Task<long> CountAsync();
}
