"""Specifications in the idiom of a Hidebound module: what they accept is in verdicts.json, as Hidebound itself says."""
from typing import Any, Dict, List  # noqa F401

from schematics.types import IntType, ListType, StringType

from hidebound.core.specification_base import FileSpecificationBase, SequenceSpecificationBase
import hidebound.core.traits as tr
import hidebound.core.validators as vd
# ------------------------------------------------------------------------------


class Raw001(SequenceSpecificationBase):
    '''
    Photographs as they came from the camera, grey or in colour.
    '''
    asset_name_fields = ['project', 'specification', 'descriptor', 'version']  # type: List[str]
    filename_fields = [
        'project', 'specification', 'descriptor', 'version', 'frame',
        'extension'
    ]  # type: List[str]
    height = ListType(IntType(), required=True)  # type: ListType
    width = ListType(IntType(), required=True)  # type: ListType
    frame = ListType(IntType(), required=True, validators=[vd.is_frame])  # type: ListType
    channels = ListType(
        IntType(), required=True, validators=[lambda x: vd.is_in(x, [1, 3])]
    )  # type: ListType
    extension = ListType(
        StringType(),
        required=True,
        validators=[vd.is_extension, lambda x: vd.is_eq(x, 'jpg')]
    )  # type: ListType
    file_traits = dict(
        width=tr.get_image_width,
        height=tr.get_image_height,
        channels=tr.get_num_image_channels,
    )  # type: Dict[str, Any]


class Raw002(Raw001):
    '''
    The same in tiles.
    '''
    filename_fields = [
        'project', 'specification', 'descriptor', 'version', 'coordinate',
        'frame', 'extension'
    ]  # type: List[str]
    coordinate = ListType(
        ListType(IntType(), validators=[vd.is_coordinate]), required=True,
    )  # type: ListType


class Spec001(SequenceSpecificationBase):
    filename_fields = Raw002.filename_fields
    descriptor = ListType(
        StringType(),
        required=True,
        validators=[vd.is_descriptor, vd.is_homogenous]
    )
    frame = ListType(IntType(), required=True, validators=[vd.is_frame])
    extension = ListType(
        StringType(), required=True,
        validators=[vd.is_extension, lambda x: vd.is_eq(x, 'png')]
    )
    coordinate = ListType(ListType(IntType(), required=True, validators=[vd.is_coordinate]))
    height = ListType(IntType(), required=True)
    width = ListType(IntType(), required=True)
    channels = ListType(IntType(), required=True)
    file_traits = {
        'width': tr.get_image_width,
        'height': tr.get_image_height,
        'channels': tr.get_num_image_channels,
    }


class Spec002(SequenceSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'frame', 'extension']
    frame = ListType(IntType(), required=True, validators=[vd.is_frame, lambda x: vd.is_gt(x, -1)])
    extension = ListType(StringType(), required=True, validators=[vd.is_extension, lambda x: vd.is_eq(x, 'jpg')])
    width = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 1024)])
    height = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 1024)])
    channels = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 3)])
    file_traits = dict(width=tr.get_image_width, height=tr.get_image_height, channels=tr.get_num_image_channels)


class Vdb001(FileSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'extension']
    extension = ListType(
        StringType(), required=True,
        validators=[vd.is_extension, lambda x: vd.is_eq(x, 'vdb')]
    )


SPECIFICATIONS = [
    Raw001,
    Raw002,
    Spec001,
    Spec002,
    Vdb001,
]  # type: List[type]
