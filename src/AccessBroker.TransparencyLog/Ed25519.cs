using System.Numerics;
using System.Security.Cryptography;

namespace AccessBroker.TransparencyLog;

/// <summary>Ed25519 verification (RFC 8032 §5.1.7) with nothing but the base class library, which has none in .NET 10.</summary>
/// <remarks>
/// All input is public, so nothing here needs constant time. Strict: S below the group order, the key's encoding
/// canonical, and R compared as bytes (which refuses every second encoding of it).
/// </remarks>
public static class Ed25519
{
    /// <summary>Bytes of a public key.</summary>
    public const int PublicKeySize = 32;

    /// <summary>Bytes of a signature: R ‖ S.</summary>
    public const int SignatureSize = 64;

    // RFC 8032 §5.1: the field, the group order, the curve's constant, a square root of -1, the base point.
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", null);
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Base = Decode(Convert.FromHexString("5866666666666666666666666666666666666666666666666666666666666666"))!.Value;

    /// <summary>Whether the signature is this key's over this message. Malformed input is false, never an exception.</summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize)
            return false;
        var r = signature[..32];
        var s = Number(signature[32..]);
        if (s >= L || Decode(publicKey) is not { } a)
            return false;

        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha512.AppendData(r);
        sha512.AppendData(publicKey);
        sha512.AppendData(message);
        var k = Number(sha512.GetHashAndReset()) % L;

        // [S]B = R + [k]A, written as R = [S]B + [k](-A): both products in one pass over the bits.
        return Encode(SumOfProducts(s, Base, k, a.Negated)).AsSpan().SequenceEqual(r);
    }

    private static Point SumOfProducts(BigInteger m, Point p, BigInteger n, Point q)
    {
        var both = Add(p, q);
        var sum = new Point(0, 1, 1, 0);
        for (var bit = (int)Math.Max(m.GetBitLength(), n.GetBitLength()) - 1; bit >= 0; bit--)
        {
            sum = Double(sum);
            var (useP, useQ) = (!((m >> bit) & 1).IsZero, !((n >> bit) & 1).IsZero);
            if (useP || useQ)
                sum = Add(sum, useP && useQ ? both : useP ? p : q);
        }
        return sum;
    }

    /// <summary>Extended homogeneous coordinates (§5.1.4): x = X/Z, y = Y/Z, xy = T/Z. Not reduced below zero until encoded.</summary>
    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T)
    {
        public Point Negated => this with { X = -X, T = -T };
    }

    // §5.1.4, point addition
    private static Point Add(Point p, Point q)
    {
        var a = (p.Y - p.X) * (q.Y - q.X) % P;
        var b = (p.Y + p.X) * (q.Y + q.X) % P;
        var c = p.T * q.T % P * 2 * D % P;
        var d = p.Z * q.Z * 2 % P;
        return FromParts(b - a, d - c, d + c, b + a);
    }

    // §5.1.4, point doubling
    private static Point Double(Point p)
    {
        var a = p.X * p.X % P;
        var b = p.Y * p.Y % P;
        var c = p.Z * p.Z * 2 % P;
        var h = a + b;
        var xy = p.X + p.Y;
        var g = a - b;
        return FromParts(h - xy * xy % P, c + g, g, h);
    }

    private static Point FromParts(BigInteger e, BigInteger f, BigInteger g, BigInteger h) =>
        new(e * f % P, g * h % P, f * g % P, e * h % P);

    // §5.1.2
    private static byte[] Encode(Point point)
    {
        var inverse = Inverse(point.Z);
        var (x, y) = (Mod(point.X * inverse), Mod(point.Y * inverse));
        var bytes = new byte[32];
        y.TryWriteBytes(bytes, out _, isUnsigned: true);
        if (!x.IsEven)
            bytes[31] |= 0x80;
        return bytes;
    }

    // §5.1.3; null where the bytes encode no point, or not in the one canonical way
    private static Point? Decode(ReadOnlySpan<byte> bytes)
    {
        Span<byte> withoutSign = stackalloc byte[32];
        bytes.CopyTo(withoutSign);
        withoutSign[31] &= 0x7f;
        var isOdd = (bytes[31] & 0x80) != 0;
        var y = Number(withoutSign);
        if (y >= P)
            return null;

        var u = Mod(y * y - 1);
        var v = Mod(D * y * y + 1);
        var v3 = v * v * v % P;
        var x = u * v3 * BigInteger.ModPow(u * v3 * v3 * v % P, (P - 5) / 8, P) % P;
        var square = v * x * x % P;
        if (square == Mod(-u))
            x = x * RootOfMinusOne % P;
        else if (square != u)
            return null;
        if (x.IsZero && isOdd)
            return null;
        if (x.IsEven == isOdd)
            x = P - x;
        return new Point(x, y, 1, x * y % P);
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    private static BigInteger Mod(BigInteger value) => value % P is var rest && rest.Sign < 0 ? rest + P : rest;

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);
}
