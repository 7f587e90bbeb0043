# What the room exports; loaded when it is asked for (lazy_loader).
from .audition import (
    SUFFIX as SUFFIX,
    Design as Design,
    candidate_file as candidate_file,
    read_audition as read_audition,
    read_design as read_design,
    save_audition as save_audition,
)
from .clip import (
    LONGEST_CLIP_S as LONGEST_CLIP_S,
    Fault as Fault,
    Measures as Measures,
    at_level as at_level,
    faults as faults,
    measure as measure,
    reading as reading,
    reference as reference,
    stretch as stretch,
    text_faults as text_faults,
)
from .design import DesignVoice as DesignVoice, check_prompt as check_prompt, design_name as design_name
from .draft import DraftVoice as DraftVoice, draft_voice_for as draft_voice_for
from .embedded import Config as Config, EmbeddedVoice as EmbeddedVoice, read_config as read_config
from .folder import (
    REFERENCE as REFERENCE,
    SETTINGS as SETTINGS,
    SIZES as SIZES,
    TENSOR_SUFFIXES as TENSOR_SUFFIXES,
    TRANSCRIPT as TRANSCRIPT,
    Details as Details,
    read_contents as read_contents,
    read_settings as read_settings,
    transcript as transcript,
)
from .installed import (
    HIBARI_VOICES as HIBARI_VOICES,
    KOKORO_EXTRA as KOKORO_EXTRA,
    KOKORO_LANGUAGE as KOKORO_LANGUAGE,
    KOKORO_PACKAGE as KOKORO_PACKAGE,
    KOKORO_SUM as KOKORO_SUM,
    KOKORO_VOICES as KOKORO_VOICES,
    installed_models as installed_models,
    is_embedded as is_embedded,
    is_style as is_style,
)
from .kinds import (
    CAST_KEYS as CAST_KEYS,
    find_voice as find_voice,
    list_voices as list_voices,
    load_voice as load_voice,
    voice_in_words as voice_in_words,
)
from .lookup import (
    EMBEDDED as EMBEDDED,
    beside as beside,
    given_path as given_path,
    own_shelves as own_shelves,
    packaged_shelf as packaged_shelf,
    shelves_of as shelves_of,
    voice_path as voice_path,
    voice_paths as voice_paths,
)
from .shelf import (
    Shelved as Shelved,
    check_free as check_free,
    check_name as check_name,
    find_shelved as find_shelved,
    new_voice as new_voice,
    own_voice as own_voice,
    projects_under as projects_under,
    put_voice as put_voice,
    read_shelves as read_shelves,
    remove_voice as remove_voice,
    rename_voice as rename_voice,
    speakers_with as speakers_with,
    users as users,
)
from .speaker import SpeakerVoice as SpeakerVoice
from .stored import StoredVoice as StoredVoice
from .tensors import (
    MAX_REFERENCE_FRAMES as MAX_REFERENCE_FRAMES,
    Clone as Clone,
    Found as Found,
    Limits as Limits,
    export_safetensors as export_safetensors,
    found_in as found_in,
    read_clone as read_clone,
    save_clone as save_clone,
)
from .transcription import (
    check_recogniser as check_recogniser,
    open_recogniser as open_recogniser,
    transcribe as transcribe,
)
from .voice import Voice as Voice, credit_of as credit_of
