using System.Text.Json.Serialization;
using AccessBroker.Web.Pages.Customers;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>What the pages' own script reads.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PreviewPart))]
[JsonSerializable(typeof(TimelineItem))]
[JsonSerializable(typeof(ConsentPart))]
internal sealed partial class PageJson : JsonSerializerContext;
