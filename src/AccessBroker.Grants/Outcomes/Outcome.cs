using System.Diagnostics.CodeAnalysis;

namespace AccessBroker.Grants;

/// <summary>What a use case answers: a value, or a refusal that says what to do next. Exceptions are left for defects and I/O.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "The constructors are the conversions' names.")]
public sealed class Outcome<T>
    where T : class
{
    public Outcome(T value) => Value = value;

    public Outcome(Refusal refusal) => Refusal = refusal;

    public T? Value { get; }

    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Refusal is null;

    public static implicit operator Outcome<T>(T value) => new(value);

    public static implicit operator Outcome<T>(Refusal refusal) => new(refusal);
}
