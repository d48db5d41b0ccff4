namespace AccessBroker.Evidence;

/// <summary>Where the files of a bundle go: a folder or a zip.</summary>
public abstract class BundleSink : IAsyncDisposable
{
    /// <summary>A new file, open for writing until the caller disposes it. Several may be open at once.</summary>
    /// <param name="name">One of <see cref="BundleFiles"/>, or a name that <see cref="BundleFiles.IsAllowed"/> admits; each only once.</param>
    public abstract Stream Create(string name);

    /// <summary>What was written so far, to be checked before it is made final. All files are closed by then.</summary>
    public abstract BundleReader Reopen();

    /// <summary>Makes what was written final, once: a second call does nothing. Without it a zip stays empty.</summary>
    public abstract Task CompleteAsync(CancellationToken cancellation);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <exception cref="ArgumentException">The name may not stand in a bundle.</exception>
    protected static void Check(string name)
    {
        if (!BundleFiles.IsAllowed(name))
            throw new ArgumentException($"\"{name}\" cannot be the name of a file in a bundle.", nameof(name));
    }
}
